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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One execution by {@link ScriptedGuestSessions}. */
final class ScriptedSession implements GuestSession {
  private final Execution execution;
  private final Optional<Path> record;
  private final CountDownLatch closed = new CountDownLatch(1);

  ScriptedSession(Execution execution, Optional<Path> record) {
    this.execution = execution;
    this.record = record;
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
    if (program.startsWith("record ")) {
      // As in a guest: the program may be under way before the host hears of it.
      note(program.split(" ", 3)[1]);
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
    if (program.startsWith("record ")
        && closed.await(Long.parseLong(program.split(" ", 3)[2]), TimeUnit.MILLISECONDS)) {
      throw new PlatformException(
          PlatformException.Code.INTERRUPTED, "The VM was closed while the job ran.");
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

  /** One line in one write: whole, or not there, whenever the server is killed. */
  private void note(String name) {
    String line = name + " " + execution.id() + "\n";
    try {
      Files.write(
          record.orElseThrow(),
          line.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
