package dev.cloude.runtime.job;

import java.time.Duration;

/**
 * Hears of an execution while it goes on, so that nothing is lost when its guest is. Called by the
 * thread that runs it; must not block.
 */
public interface ExecutionListener {

  /**
   * The guest's kernel started its first process. Called before {@link #agentReady}, and only where
   * that is known.
   *
   * @param after the VM's first instruction
   */
  default void kernelStarted(Duration after) {}

  /**
   * The guest's agent answered.
   *
   * @param after the VM's start
   */
  void agentReady(Duration after);

  /** A phase began. Each at most once, in order. */
  void phase(ExecutionPhase phase);

  /**
   * Output arrived. All calls for a stream together carry at most the execution's output limit,
   * whatever the guest sends.
   *
   * @param bytes at least one; the callee's own
   */
  void output(OutputStreamName stream, byte[] bytes);
}
