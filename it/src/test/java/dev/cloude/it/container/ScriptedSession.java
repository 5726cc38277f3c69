package dev.cloude.it.container;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.ProcessEnd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** One execution by {@link ScriptedGuestSessions}. */
final class ScriptedSession implements GuestSession {
  private final Execution execution;
  private final CountDownLatch closed = new CountDownLatch(1);

  ScriptedSession(Execution execution) {
    this.execution = execution;
  }

  @Override
  public ExecutionResult run(ExecutionListener listener)
      throws PlatformException, InterruptedException {
    byte[] source = execution.files().get(0).content();
    String program = new String(source, StandardCharsets.UTF_8);
    listener.agentReady(Duration.ofMillis(2));
    if (program.startsWith("platform")) {
      throw new PlatformException(
          PlatformException.Code.AGENT_SILENT, "The agent did not answer within 30 s.");
    }
    listener.phase(ExecutionPhase.RUN);
    listener.output(OutputStreamName.STDOUT, source);
    if (program.startsWith("hang")) {
      closed.await();
      throw new PlatformException(
          PlatformException.Code.INTERRUPTED, "The VM was closed while the job ran.");
    }
    if (execution.stdin().length > 0) {
      listener.output(OutputStreamName.STDERR, execution.stdin());
    }
    int exitCode = program.startsWith("exit ") ? Integer.parseInt(program.substring(5).strip()) : 0;
    ProcessEnd end =
        new ProcessEnd(
            exitCode,
            OptionalInt.empty(),
            Optional.empty(),
            Duration.ofMillis(3),
            Optional.empty(),
            OptionalLong.empty());
    return new ExecutionResult(Optional.empty(), Optional.of(end), Optional.empty(), Map.of());
  }

  @Override
  public GuestReceipt receipt() {
    return new GuestReceipt("", "", "3.11", "scripted", 64);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
