package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuExitTest {
  private static final String PANIC = "[ 1.0] Kernel panic - not syncing: sysrq\n[ 1.1] CPU: 0\n";

  @Test
  void aPanicIsToldFromARebootByTheConsole() {
    assertThat(exit(false, "guest-reset", 0, "")).isEqualTo(new VmExit(Cause.REBOOTED, ""));
    assertThat(exit(false, "guest-reset", 0, PANIC))
        .isEqualTo(new VmExit(Cause.PANICKED, "Kernel panic - not syncing: sysrq"));
    assertThat(exit(false, "guest-panic", 0, "")).isEqualTo(new VmExit(Cause.PANICKED, ""));
  }

  @Test
  void switchingOffIsToldFromBeingStopped() {
    assertThat(exit(false, "guest-shutdown", 0, "")).isEqualTo(new VmExit(Cause.POWERED_OFF, ""));
    assertThat(exit(true, "guest-shutdown", 0, "")).isEqualTo(new VmExit(Cause.POWERED_OFF, ""));
    assertThat(exit(true, "", 137, "")).isEqualTo(new VmExit(Cause.STOPPED, ""));
    assertThat(exit(true, "host-qmp-quit", 0, "")).isEqualTo(new VmExit(Cause.STOPPED, ""));
  }

  @Test
  void aDeathSaysWhatQemuSaid() {
    String console = "guest text\nqemu-system-x86_64: could not open TAP\nmore guest text\n";

    assertThat(exit(false, "", 1, console))
        .isEqualTo(
            new VmExit(
                Cause.FAILED,
                "QEMU ended with exit code 1: qemu-system-x86_64: could not open TAP"));
    assertThat(exit(false, "host-signal", 0, ""))
        .isEqualTo(new VmExit(Cause.FAILED, "QEMU ended with exit code 0 (host-signal)"));
  }

  @Test
  void aComplaintIsShort() {
    assertThat(exit(false, "", 1, "qemu-system-x86_64: " + "x".repeat(5000)).detail())
        .hasSizeLessThan(400);
  }

  private static VmExit exit(boolean stopped, String reason, int code, String printed) {
    ConsoleTail console = new ConsoleTail();
    byte[] bytes = printed.getBytes(StandardCharsets.US_ASCII);
    console.accept(bytes, 0, bytes.length);
    Optional<String> shutdown = reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    return QemuExit.of(stopped, shutdown, code, console);
  }
}
