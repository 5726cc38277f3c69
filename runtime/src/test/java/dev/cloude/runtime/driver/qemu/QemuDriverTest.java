package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script in QEMU's place. */
@Timeout(60)
class QemuDriverTest {
  private static final String PANIC_ON_CONSOLE = "echo 'Kernel panic - not syncing: x' >&2\n";

  @TempDir Path folder;
  private final ExecutorService readers = Executors.newCachedThreadPool();

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    readers.shutdown();
    assertThat(readers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void theEndOfAGuestIsReported() throws Exception {
    assertThat(endOf(shutdown("guest-shutdown"))).isEqualTo(new VmExit(Cause.POWERED_OFF, ""));
  }

  @Test
  void aPanicIsReportedWithItsText() throws Exception {
    assertThat(endOf(PANIC_ON_CONSOLE + shutdown("guest-reset")))
        .isEqualTo(new VmExit(Cause.PANICKED, "Kernel panic - not syncing: x"));
  }

  @Test
  void aDeathIsReportedAtOnce() throws Exception {
    assertThat(endOf("echo 'qemu-system-x86_64: out of memory' >&2\nexit 3"))
        .isEqualTo(
            new VmExit(
                Cause.FAILED, "QEMU ended with exit code 3: qemu-system-x86_64: out of memory"));
  }

  @Test
  void aVmThatDoesNotListenIsKilled() throws Exception {
    VmHandle vm = start("exec sleep 1000");

    vm.close();
    vm.close();

    assertThat(vm.exited()).isCompletedWithValue(new VmExit(Cause.STOPPED, ""));
  }

  @Test
  void aVmThatListensIsStoppedInGoodOrder() throws Exception {
    VmHandle vm = start("read -r line\n" + shutdown("host-qmp-quit"));

    vm.requestStop();

    assertThat(vm.exited().get(20, TimeUnit.SECONDS)).isEqualTo(new VmExit(Cause.STOPPED, ""));
  }

  @Test
  void aFloodOnBothChannelsNeitherBlocksNorFillsTheMemory() throws Exception {
    String flood = "dd if=/dev/zero bs=65536 count=400 2>/dev/null | tr '\\0' 'x'";

    assertThat(endOf(flood + "\n" + flood + " >&2\necho\n" + shutdown("guest-shutdown")))
        .isEqualTo(new VmExit(Cause.POWERED_OFF, ""));
  }

  @Test
  void aStartThatFailsSaysWhatQemuSaid() throws Exception {
    QemuBinary binary =
        StandIn.that(
            folder, "echo 'qemu-system-x86_64: could not configure cl1: busy' >&2\nexit 1");

    assertThatThrownBy(() -> driver(binary).start(spec()))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.VM_START_FAILED))
        .hasMessageContaining("could not configure cl1: busy")
        .hasMessageContaining(binary.path().toString());
  }

  @Test
  void aRefusalOfTheProtocolFailsTheStart() throws Exception {
    QemuBinary binary =
        StandIn.that(
            folder, "read -r line\necho '{\"error\": {\"desc\": \"not today\"}}'\nexec sleep 1000");

    assertThatThrownBy(() -> driver(binary).start(spec())).hasMessageContaining("not today");
  }

  @Test
  void aProgramThatIsMissingFailsTheStart() {
    QemuBinary missing = new QemuBinary(folder.resolve("gone"), "", false);

    assertThatThrownBy(() -> driver(missing).start(spec()))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.VM_START_FAILED))
        .hasMessageContaining("gone");
  }

  @Test
  void aServerThatShutsDownStartsNothing() throws Exception {
    readers.shutdown();
    QemuBinary binary = StandIn.thatThen(folder, "exec sleep 1000");

    assertThatThrownBy(() -> driver(binary).start(spec()))
        .hasMessageContaining("no thread to read");
    await().until(() -> ProcessHandle.current().children().findAny().isEmpty());
  }

  @Test
  void anInterruptedStartLeavesNothing() throws Exception {
    QemuBinary binary = StandIn.that(folder, "exec sleep 1000");

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> driver(binary).start(spec())).isInstanceOf(InterruptedException.class);
  }

  @Test
  void itsEnvironmentIsEmpty() throws Exception {
    Path seen = folder.resolve("environment");
    endOf("tr '\\0' '\\n' < /proc/$$/environ > " + seen + "\n" + shutdown("guest-shutdown"));

    assertThat(Files.readString(seen)).isEmpty();
  }

  private VmExit endOf(String script) throws Exception {
    return start(script).exited().get(30, TimeUnit.SECONDS);
  }

  private VmHandle start(String script)
      throws IOException, PlatformException, InterruptedException {
    return driver(StandIn.thatThen(folder, script)).start(spec());
  }

  private QemuDriver driver(QemuBinary binary) {
    return new QemuDriver(
        binary, Accelerator.emulation(OptionalLong.empty()), false, "test", readers);
  }

  private static VmSpec spec() {
    return new VmSpec(
        "vm",
        "job 1",
        Path.of("/k"),
        Path.of("/i"),
        Optional.empty(),
        "quiet",
        64,
        1,
        Optional.empty(),
        List.of(),
        true);
  }

  private static String shutdown(String reason) {
    return "echo '{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"%s\"}}'".formatted(reason);
  }
}
