package dev.cloude.bench.standin;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.ProcessEnd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One execution by {@link InstantSessions}. */
final class InstantSession implements GuestSession {
  private static final int LOOK_AGAIN_MILLIS = 20;

  private final Execution execution;
  private final CountDownLatch closed = new CountDownLatch(1);

  InstantSession(Execution execution) {
    this.execution = execution;
  }

  @Override
  public ExecutionResult run(ExecutionListener listener) throws InterruptedException {
    byte[] source = execution.files().get(0).content();
    listener.agentReady(Duration.ZERO);
    listener.phase(ExecutionPhase.RUN);
    listener.output(OutputStreamName.STDOUT, source);
    String program = new String(source, StandardCharsets.UTF_8);
    boolean over = !program.startsWith("/");
    while (!over && Files.exists(Path.of(program))) {
      over = closed.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
    ProcessEnd end =
        new ProcessEnd(
            0,
            OptionalInt.empty(),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty(),
            OptionalLong.empty());
    return new ExecutionResult(Optional.empty(), Optional.of(end), Optional.empty(), Map.of());
  }

  @Override
  public GuestReceipt receipt() {
    return new GuestReceipt("", "", "3.11", "stand-in", 64);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
