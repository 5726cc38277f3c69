package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
import dev.cloude.vmm.net.MacAddress;
import dev.cloude.vmm.net.TapDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's stock cloud kernel on real KVM. Leaves the console of a failed test behind. */
@Tag("lab")
class LinuxTest {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final String NAME = "linux";

  @TempDir Path folder;
  private Footprint before;
  private String test;
  private MicroVm vm;

  @BeforeEach
  void measure(TestInfo info) {
    test = info.getDisplayName().replaceAll("[^A-Za-z0-9]", "");
    before = Footprint.now();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (vm != null) {
      vm.close();
      String out = System.getProperty("cloude.test.out");
      if (out != null) {
        Files.createDirectories(Path.of(out));
        Files.write(Path.of(out, "console-" + test + ".log"), vm.consoleTail());
      }
    }
    before.assertRestored(NAME);
  }

  private MicroVm start(String words, MicroVmConfig.Builder config) {
    return vm = MicroVm.start(config.commandLine(LinuxGuest.COMMAND_LINE + words).build());
  }

  private MicroVmConfig.Builder config(boolean modules, byte[] data) throws IOException {
    return MicroVmConfig.builder(LinuxGuest.kernel())
        .name(NAME)
        .initrd(LinuxGuest.initramfs(folder, modules, data))
        .deadline(LIMIT)
        .memoryBytes(256 << 20);
  }

  private VmExit exit() throws Exception {
    return vm.exit().get(LIMIT.toSeconds() + 60, TimeUnit.SECONDS);
  }

  @Test
  void bootsToUserSpaceAndPowersOff() throws Exception {
    byte[] data = new byte[3_000_001];
    new Random(1).nextBytes(data);
    start("do=poweroff", config(false, data));
    assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
    assertThat(LinuxGuest.answer(vm, "cpus")).isEqualTo("1");
    assertThat(LinuxGuest.answer(vm, "clock")).isEqualTo("kvm-clock");
    assertThat(LinuxGuest.answer(vm, "file"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data)));
    assertThat(vm.phases().userSpace()).isPresent();
    assertThat(vm.counters().malformedRequests()).isZero();
    report();
  }

  @Test
  void restartsWithFourProcessors() throws Exception {
    start("do=reboot", config(false, new byte[0]).vcpus(4));
    assertThat(exit().cause()).isEqualTo(ExitCause.RESET);
    assertThat(LinuxGuest.answer(vm, "cpus")).isEqualTo("4");
    report();
  }

  @Test
  void panicIsToldFromARestart() throws Exception {
    start("do=panic", config(false, new byte[0]));
    VmExit exit = exit();
    assertThat(exit.cause()).isEqualTo(ExitCause.PANIC);
    assertThat(exit.detail()).isEqualTo("Kernel panic - not syncing: sysrq triggered crash");
  }

  @Test
  void ctrlAltDelRestartsAWaitingGuestAndMemoryBeyondTheGapIsSeen() throws Exception {
    start("do=wait", config(false, new byte[0]).memoryBytes(5L << 30).vcpus(2));
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> LinuxGuest.answer(vm, "waiting").equals("yes") || vm.exit().isDone());
    assertThat(Long.parseLong(LinuxGuest.answer(vm, "memory"))).isBetween(4_800_000L, 5L << 20);
    vm.requestStop();
    assertThat(exit().cause()).isEqualTo(ExitCause.RESET);
  }

  @Test
  void killEndsASpinningGuestAndTheDeadlineAWaitingOne() throws Exception {
    start("do=spin", config(false, new byte[0]).vcpus(2));
    Awaitility.await().atMost(LIMIT).until(() -> vm.phases().userSpace().isPresent());
    vm.kill();
    assertThat(exit().cause()).isEqualTo(ExitCause.KILLED);
    vm.close();

    start("do=wait", config(false, new byte[0]).deadline(Duration.ofSeconds(3)));
    assertThat(exit().cause()).isEqualTo(ExitCause.DEADLINE);
  }

  @ParameterizedTest
  @EnumSource(
      value = BootProtocol.class,
      names = {"LINUX_64", "PVH"})
  void theUncompressedKernelBootsByBothEntries(BootProtocol protocol) throws Exception {
    Path vmlinux = Vmlinux.extract(LinuxGuest.kernel(), folder.resolve("vmlinux"));
    start(
        "do=poweroff",
        MicroVmConfig.builder(vmlinux)
            .name(NAME)
            .initrd(LinuxGuest.initramfs(folder, false, new byte[0]))
            .bootProtocol(protocol)
            .deadline(LIMIT)
            .memoryBytes(256 << 20)
            .vcpus(2));
    assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
    assertThat(LinuxGuest.answer(vm, "cpus")).isEqualTo("2");
    report();
  }

  @Test
  void networkAndEntropyDevicesWork() throws Exception {
    Inet4Address host = (Inet4Address) InetAddress.getByName("10.99.7.1");
    Inet4Address guest = (Inet4Address) InetAddress.getByName("10.99.7.2");
    MacAddress mac = MacAddress.forAddress(guest);
    byte[] data = new byte[10 << 20];
    new Random(2).nextBytes(data);
    Bridge.ensure("cloudetest0", host, 24);
    TapDevice.createPersistent("cloudetap0");
    try (ServerSocket server = new ServerSocket(0, 1, host)) {
      BridgePort.attach("cloudetest0", "cloudetap0", mac, guest);
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> serve(server, data));
      start(
          "ip=10.99.7.2/24 peer=10.99.7.1 port=" + server.getLocalPort() + " do=poweroff",
          config(true, new byte[0]).tap(new TapAttachment("cloudetap0", mac)));
      assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
      sent.get(1, TimeUnit.SECONDS);
    } finally {
      TapDevice.delete("cloudetap0");
      Bridge.delete("cloudetest0");
    }
    assertThat(LinuxGuest.answer(vm, "mac")).isEqualTo(mac.toString());
    assertThat(LinuxGuest.answer(vm, "lost")).isEqualTo("0");
    assertThat(LinuxGuest.answer(vm, "sum"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data)));
    assertThat(LinuxGuest.answer(vm, "rng")).startsWith("virtio_rng");
    assertThat(LinuxGuest.answer(vm, "random")).isEqualTo("16");
    assertThat(vm.counters().malformedRequests()).isZero();
    assertThat(vm.counters().traffic().orElseThrow().receivedBytes()).isGreaterThan(10 << 20);
    report();
  }

  @Test
  void fiftyCyclesHalfOfThemStoppedWhileBootingLeaveNothing() throws Exception {
    int cycles = Integer.getInteger("cloude.test.boots", 50);
    Random random = new Random(3);
    MicroVmConfig.Builder config = config(false, new byte[0]);
    for (int i = 0; i < cycles; i++) {
      boolean interrupted = i % 2 == 0;
      start(interrupted ? "do=poweroff" : "do=none", config.vcpus(1 + i % 2));
      if (interrupted) {
        // A moment anywhere between the first instruction and user space.
        CompletableFuture.runAsync(
                vm::kill,
                CompletableFuture.delayedExecutor(random.nextInt(4000), TimeUnit.MILLISECONDS))
            .join();
      } else {
        // Stopped at once, racing the start.
        vm.kill();
      }
      assertThat(exit().cause()).isIn(ExitCause.KILLED, ExitCause.POWER_OFF);
      vm.close();
      assertThat(Footprint.threads(NAME)).isEmpty();
    }
  }

  private static void serve(ServerSocket server, byte[] data) {
    try (Socket socket = server.accept();
        OutputStream out = socket.getOutputStream()) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Figures for people; nothing is asserted on them.
  private void report() {
    System.out.println(test + " " + vm.phases() + " " + vm.counters());
    if (vm.phases().userSpace().isEmpty()) {
      System.out.println(new String(vm.consoleTail(), StandardCharsets.UTF_8));
    }
  }
}
