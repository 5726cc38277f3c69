package dev.cloude.runtime.driver.qemu;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A QEMU process: QMP on its standard input and output, console and complaints on its standard
 * error. Two tasks read along until the process is gone.
 */
final class QemuProcess implements VmHandle {
  private static final String NEGOTIATE = "{\"execute\":\"qmp_capabilities\"}\n";
  private static final String QUIT = "{\"execute\":\"quit\"}\n";
  private static final int QMP_LINE_BYTES = 64 * 1024;

  /** What a dead process left in its pipes is read in no time. */
  private static final long DRAIN_SECONDS = 5;

  /** A killed process is reaped in milliseconds, unless the kernel does not let go of it. */
  private static final long END_SECONDS = 10;

  private final Process process;
  private final ConsoleTail console;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<VmExit> exited = new CompletableFuture<>();
  private volatile Optional<String> shutdownReason = Optional.empty();
  private volatile boolean stopped;

  private QemuProcess(Process process, ConsoleTail console) {
    this.process = process;
    this.console = console;
  }

  /**
   * Takes over a process that was just started.
   *
   * @param readers has room for two tasks that last as long as the process
   */
  static QemuProcess attach(Process process, ConsoleTail console, Executor readers) {
    QemuProcess qemu = new QemuProcess(process, console);
    CompletableFuture<Void> reading;
    try {
      reading =
          CompletableFuture.allOf(
              CompletableFuture.runAsync(qemu::readQmp, readers),
              CompletableFuture.runAsync(qemu::readConsole, readers));
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    process
        .onExit()
        .thenCompose(gone -> reading.completeOnTimeout(null, DRAIN_SECONDS, TimeUnit.SECONDS))
        .whenComplete((done, failure) -> qemu.finish());
    qemu.send(NEGOTIATE);
    return qemu;
  }

  /** Completes when the machine runs; fails with an {@link IOException} if it never will. */
  CompletableFuture<Void> running() {
    return running;
  }

  @Override
  public CompletableFuture<VmExit> exited() {
    return exited.copy();
  }

  @Override
  public void requestStop() {
    stopped = true;
    send(QUIT);
  }

  @Override
  public void kill() {
    stopped = true;
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    try {
      exited.copy().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "QEMU process %d has not ended within %d s of being killed"
              .formatted(process.pid(), END_SECONDS),
          e);
    }
  }

  private void readQmp() {
    BoundedLines lines = new BoundedLines(buffered(process.getInputStream()), QMP_LINE_BYTES);
    try {
      Optional<String> line = lines.next();
      while (line.isPresent()) {
        take(QmpMessage.parse(line.get()));
        line = lines.next();
      }
    } catch (IOException e) {
      // The process is gone or was killed: its exit says the rest.
    }
  }

  private void take(QmpMessage message) {
    switch (message.kind()) {
      case RETURN:
        running.complete(null);
        break;
      case ERROR:
        running.completeExceptionally(new IOException("QEMU refused: " + message.detail()));
        break;
      case SHUTDOWN:
        shutdownReason = Optional.of(message.detail());
        break;
      default:
        break;
    }
  }

  private void readConsole() {
    byte[] buffer = new byte[4096];
    try {
      InputStream in = process.getErrorStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        console.accept(buffer, 0, n);
      }
    } catch (IOException e) {
      // As in readQmp.
    }
  }

  private void finish() {
    closeQuietly(process.getInputStream());
    closeQuietly(process.getErrorStream());
    closeQuietly(process.getOutputStream());
    VmExit exit = QemuExit.of(stopped, shutdownReason, process.exitValue(), console);
    running.completeExceptionally(new IOException(exit.detail()));
    exited.complete(exit);
  }

  private synchronized void send(String command) {
    try {
      OutputStream out = process.getOutputStream();
      out.write(command.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // Gone already: its exit says why.
    }
  }

  private static InputStream buffered(InputStream in) {
    return new java.io.BufferedInputStream(in);
  }

  private static void closeQuietly(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      // A pipe to a process that is gone has nothing to lose.
    }
  }
}
