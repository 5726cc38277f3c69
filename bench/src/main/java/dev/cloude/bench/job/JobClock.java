package dev.cloude.bench.job;

import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Notes when a job gets where. Used by the one thread that runs it. */
final class JobClock implements ExecutionListener {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final long begin = System.nanoTime();
  private long starting;
  private long started;
  private long kernel;
  private long ready;
  private long printed;

  /** The driver is asked for a VM. */
  void starting() {
    starting = System.nanoTime();
  }

  /** It has given one. */
  void started() {
    started = System.nanoTime();
  }

  @Override
  public void kernelStarted(Duration after) {
    kernel = after.toNanos();
  }

  @Override
  public void agentReady(Duration after) {
    ready = System.nanoTime();
  }

  @Override
  public void phase(ExecutionPhase phase) {
    // The one that there is.
  }

  @Override
  public void output(OutputStreamName stream, byte[] bytes) {
    if (printed == 0) {
      printed = System.nanoTime();
    }
    output.writeBytes(bytes);
  }

  /** All that the program has printed. */
  String output() {
    return output.toString(StandardCharsets.UTF_8);
  }

  /**
   * The times of the job.
   *
   * @param ended when its result was there, as {@link System#nanoTime}
   * @param gone when nothing of its VM was left
   */
  JobTimes times(long ended, long gone) {
    return new JobTimes(
        starting - begin,
        started - starting,
        kernel,
        ready - started - kernel,
        printed - ready,
        ended - printed,
        gone - ended);
  }
}
