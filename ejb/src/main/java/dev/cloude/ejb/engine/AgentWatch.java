package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether VMs come up on this node: what the agents of jobs and canaries have shown. A job whose
 * agent answered is as good as a canary. One whose agent did not is no proof of the contrary, since
 * a client chose what its VM was; so the next canary is due at once and decides.
 */
final class AgentWatch {
  private static final System.Logger LOG = System.getLogger(AgentWatch.class.getName());

  /** After a canary that failed; a host that was mended should not wait for the usual time. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  static final String OFF = "No canary VM is started (VM_CANARY_SECS is 0).";
  static final String FIRST = "No VM's agent has answered yet; the first canary VM is due.";

  private final NodeStatus status;
  private final Duration interval;
  private final LongSupplier nanos;

  /** Guarded by this. */
  private boolean up;

  /** Guarded by this. */
  private String detail = FIRST;

  /** When the next canary is due, on the clock of {@link #nanos}. Guarded by this. */
  private long due;

  /**
   * @param interval from an agent's answer to the next canary; zero for none
   * @param nanos as {@link System#nanoTime}
   */
  AgentWatch(NodeStatus status, Duration interval, LongSupplier nanos) {
    this.status = status;
    this.interval = interval;
    this.nanos = nanos;
    this.due = nanos.getAsLong();
    if (interval.isZero()) {
      up = true;
      detail = OFF;
    }
  }

  /** A job's or a canary's agent answered so long after its VM's start. */
  synchronized void answered(Duration after) {
    if (interval.isZero()) {
      return;
    }
    if (!up) {
      LOG.log(Level.INFO, "VMs come up: an agent answered after {0} ms", after.toMillis());
    }
    up = true;
    detail = "The last VM's agent answered after %d ms.".formatted(after.toMillis());
    due = nanos.getAsLong() + interval.toNanos();
    report();
  }

  /**
   * A canary found that VMs do not come up.
   *
   * @param sentence what failed
   */
  synchronized void failed(String sentence) {
    String now = "A canary VM did not come up: " + sentence;
    if (up || !now.equals(detail)) {
      LOG.log(Level.ERROR, now);
    }
    up = false;
    detail = now;
    due = nanos.getAsLong() + RETRY.toNanos();
    report();
  }

  /** A job's VM ended before its agent answered. */
  synchronized void doubt() {
    if (up && !interval.isZero()) {
      due = nanos.getAsLong();
    }
  }

  /** Whether a canary is to show how it is now. */
  synchronized boolean isDue() {
    return !interval.isZero() && nanos.getAsLong() - due >= 0;
  }

  /** Says that what was found last still holds, as far as anybody knows. */
  synchronized void report() {
    status.report(Subject.AGENT, up, detail);
  }
}
