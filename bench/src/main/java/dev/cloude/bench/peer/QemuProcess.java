package dev.cloude.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of QEMU. It is started with its processors stopped, so that what the process takes
 * until it can be spoken to, and what the guest takes from {@link #run} on, can be told apart.
 */
public final class QemuProcess implements AutoCloseable {
  private static final int END_SECONDS = 30;

  private final Process process;
  private final BufferedReader in;
  private final Writer out;

  private QemuProcess(Process process) {
    this.process = process;
    this.in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.out = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Returns when the process can be spoken to. {@link IllegalStateException} when it ended. */
  public static QemuProcess start(Path program, PeerMachine machine) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-S"));
    command.addAll(machine.words());
    command.addAll(machine.diskWords());
    command.addAll(
        List.of("-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"));
    QemuProcess qemu;
    try {
      qemu =
          new QemuProcess(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    } catch (IOException e) {
      throw new UncheckedIOException("QEMU cannot be started", e);
    }
    try {
      qemu.expect("\"QMP\"");
      return qemu;
    } catch (RuntimeException e) {
      qemu.close();
      throw e;
    }
  }

  /** What has to be said before anything else. */
  public void agreeOnCapabilities() {
    say("qmp_capabilities");
    expect("\"return\"");
  }

  /** Lets the processors run; returns when QEMU says that they do. */
  public void run() {
    say("cont");
    expect("\"RESUME\"");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process and waits for its end: the next one needs the TAP device. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("QEMU has not ended within " + END_SECONDS + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while QEMU ended", e);
    }
  }

  private void say(String command) {
    try {
      out.write("{\"execute\":\"" + command + "\"}\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("QEMU cannot be spoken to", e);
    }
  }

  private void expect(String part) {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.contains(part)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("QEMU cannot be heard", e);
    }
    throw new IllegalStateException("QEMU ended without saying " + part + ".");
  }
}
