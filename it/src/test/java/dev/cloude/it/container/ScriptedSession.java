package dev.cloude.it.container;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** One execution by {@link ScriptedGuestSessions}. */
final class ScriptedSession implements GuestSession {
  private final Execution execution;
  private final CountDownLatch closed = new CountDownLatch(1);

  ScriptedSession(Execution execution) {
    this.execution = execution;
  }

  @Override
  public ExecutionResult run() throws PlatformException, InterruptedException {
    String source = new String(execution.source(), StandardCharsets.UTF_8);
    if (source.startsWith("hang")) {
      closed.await();
      throw new PlatformException(
          PlatformException.Code.GUEST_POWERED_OFF, "The VM was closed while the job ran.");
    }
    if (source.startsWith("platform")) {
      throw new PlatformException(
          PlatformException.Code.AGENT_SILENT, "The agent did not answer within 30 s.");
    }
    int exitCode = source.startsWith("exit ") ? Integer.parseInt(source.substring(5).strip()) : 0;
    return new ExecutionResult(
        exitCode,
        execution.source(),
        execution.stdin(),
        false,
        false,
        false,
        new ExecutionResult.Timings(
            Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO, Duration.ofMillis(3)));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
