package dev.cloude.bench.boot;

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
 * QEMU's microvm on KVM. It is started with its processors stopped: what the process takes until it
 * can be spoken to, and what the guest takes from {@code cont} on, are told apart.
 */
final class QemuMicrovm implements Booter {
  private static final int END_SECONDS = 30;

  private final Path program;

  QemuMicrovm(Path program) {
    this.program = program;
  }

  @Override
  public Boot boot(Guest guest) {
    long start = System.nanoTime();
    Process qemu = null;
    try {
      qemu =
          new ProcessBuilder(command(guest)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(qemu.getInputStream(), StandardCharsets.UTF_8));
      Writer out = qemu.outputWriter(StandardCharsets.UTF_8);
      expect(in, "\"QMP\"");
      long there = System.nanoTime();
      say(out, "qmp_capabilities");
      expect(in, "\"return\"");
      long before = System.nanoTime();
      say(out, "cont");
      expect(in, "\"RESUME\"");
      long running = System.nanoTime();
      Process process = qemu;
      long ready = Agent.awaitAnswer(guest, () -> !process.isAlive());
      // Speaking of capabilities is nobody's boot.
      return new Boot(there - start, 0, 0, running - before, 0, ready - running, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("QEMU cannot be spoken to", e);
    } finally {
      end(qemu);
    }
  }

  private List<String> command(Guest guest) {
    List<String> words = new ArrayList<>(machine(guest));
    guest
        .disk()
        .ifPresent(
            disk ->
                words.addAll(
                    List.of(
                        "-drive",
                        "id=root,if=none,format=raw,readonly=on,file=" + disk,
                        "-device",
                        "virtio-blk-device,drive=root")));
    return words;
  }

  private List<String> machine(Guest guest) {
    return List.of(
        program.toString(),
        "-S",
        "-M",
        "microvm,acpi=on",
        "-accel",
        "kvm",
        "-cpu",
        "host",
        "-smp",
        "1",
        "-m",
        Guest.MEMORY_MIB + "M",
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-kernel",
        guest.kernel().toString(),
        "-initrd",
        guest.image().toString(),
        "-append",
        guest.commandLine() + " reboot=t",
        "-chardev",
        "stdio,id=qmp,signal=off",
        "-mon",
        "chardev=qmp,mode=control",
        "-netdev",
        "tap,id=net,ifname=" + guest.tap() + ",script=no,downscript=no,vhost=off",
        "-device",
        "virtio-net-device,netdev=net,mac=" + guest.mac(),
        "-device",
        "virtio-rng-device");
  }

  private static void say(Writer out, String command) throws IOException {
    out.write("{\"execute\":\"" + command + "\"}\n");
    out.flush();
  }

  private static void expect(BufferedReader in, String part) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.contains(part)) {
        return;
      }
    }
    throw new IllegalStateException("QEMU ended without saying " + part + ".");
  }

  // The next boot needs the TAP device.
  private static void end(Process qemu) {
    if (qemu == null) {
      return;
    }
    qemu.destroyForcibly();
    try {
      if (!qemu.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("QEMU has not ended within " + END_SECONDS + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while QEMU ended", e);
    }
  }
}
