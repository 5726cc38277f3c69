package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.limit.RateLimit;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's stock cloud kernel on real KVM. */
@Tag("lab")
class LinuxTest extends LinuxFixture {
  private static final Duration PAUSE = Duration.ofSeconds(7);

  @Test
  void bootsToUserSpaceAndPowersOff() throws Exception {
    byte[] data = new byte[3_000_001];
    new Random(1).nextBytes(data);
    start("do=poweroff", config(false, data));
    assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
    assertThat(LinuxGuest.answer(vm, "cpus")).isEqualTo("1");
    assertThat(LinuxGuest.answer(vm, "clock")).isEqualTo("kvm-clock");
    assertThat(LinuxGuest.answer(vm, "file")).isEqualTo(sha256(data));
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
  void memoryBeyondTheGapIsUsedAPauseGoesUnnoticedAndCtrlAltDelRestarts() throws Exception {
    start("do=wait fill=yes busy=2", config(false, new byte[0]).memoryBytes(5L << 30).vcpus(2));
    awaitAnswer("waiting", "yes");
    assertThat(LinuxGuest.answer(vm, "cpus")).isEqualTo("2");
    assertThat(Long.parseLong(LinuxGuest.answer(vm, "memory"))).isBetween(4_800_000L, 5L << 20);
    // What was written came from the zone that lies beyond 4 GiB, and reads back as written.
    assertThat(Long.parseLong(LinuxGuest.answer(vm, "taken"))).isGreaterThan(12 << 10);
    assertThat(LinuxGuest.answer(vm, "filled")).isEqualTo(sha256(LinuxGuest.filling()));

    // Its watchdog calls 4 s without a turn of its own a lockup, on a processor that is busy.
    assertThat(LinuxGuest.answer(vm, "watchdog")).isEqualTo("2");
    vm.pause();
    long written = vm.counters().consoleBytes();
    long ticks = LinuxGuest.answers(vm, "tick");
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
        .join();
    assertThat(vm.counters().consoleBytes()).isEqualTo(written);
    vm.resume();
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> LinuxGuest.answers(vm, "tick") > ticks + 3 || vm.exit().isDone());
    assertThat(new String(vm.consoleTail(), StandardCharsets.UTF_8))
        .doesNotContain("lockup", "stall", "Call Trace");
    vm.requestStop();
    assertThat(exit().cause()).isEqualTo(ExitCause.RESET);
    report();
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

  @ParameterizedTest
  @EnumSource(
      value = Vhost.class,
      names = {"ON", "OFF"})
  void networkAndEntropyDevicesWork(Vhost vhost) throws Exception {
    byte[] data = new byte[10 << 20];
    new Random(2).nextBytes(data);
    onNetwork(
        tap -> {
          try (ServerSocket server = new ServerSocket(0, 1, HOST)) {
            CompletableFuture<byte[]> back =
                CompletableFuture.supplyAsync(() -> exchange(server, data, () -> {}));
            start(
                "ip=10.99.7.2/24 peer=10.99.7.1 port=" + server.getLocalPort() + " do=poweroff",
                config(true, new byte[0]).tap(tap).vhost(vhost));
            assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
            assertThat(sha256(back.get(1, TimeUnit.SECONDS))).isEqualTo(sha256(data));
          }
        });
    assertThat(LinuxGuest.answer(vm, "mac")).isEqualTo(MAC.toString());
    assertThat(LinuxGuest.answer(vm, "lost")).isEqualTo("0");
    assertThat(LinuxGuest.answer(vm, "sum")).isEqualTo(sha256(data));
    assertThat(LinuxGuest.answer(vm, "rng")).startsWith("virtio_rng");
    assertThat(LinuxGuest.answer(vm, "random")).isEqualTo("16");
    Counters counters = vm.counters();
    assertThat(counters.malformedRequests()).isZero();
    Traffic traffic = counters.traffic().orElseThrow();
    assertThat(traffic.vhost()).isEqualTo(vhost == Vhost.ON);
    // What the kernel moves is not counted.
    long bytes = traffic.vhost() ? 0 : data.length;
    assertThat(traffic.receivedBytes()).isGreaterThanOrEqualTo(bytes);
    assertThat(traffic.sentBytes()).isGreaterThanOrEqualTo(bytes);
    assertThat(counters.entropy().bytes()).isGreaterThanOrEqualTo(16);
    report();
  }

  @Test
  void aVmMadeAheadBootsWithTheWordsAndTheNetworkOfItsStart() throws Exception {
    MicroVmConfig.Builder config = config(true, new byte[0]).tap(new TapAttachment("later", MAC));
    try (PreparedVm prepared = MicroVm.prepare(config.build())) {
      onNetwork(
          tap -> {
            config
                .commandLine(LinuxGuest.COMMAND_LINE + "ip=10.99.7.2/24 peer=10.99.7.1 do=poweroff")
                .tap(tap);
            vm = prepared.start(config.build());
            assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
          });
    }
    assertThat(LinuxGuest.answer(vm, "mac")).isEqualTo(MAC.toString());
    assertThat(LinuxGuest.answer(vm, "lost")).isEqualTo("0");
    assertThat(vm.phases().loaded()).contains(Duration.ZERO);
    assertThat(vm.counters().malformedRequests()).isZero();
    report();
  }

  @Test
  void disksAreReadAsTheyAreAndCannotBeWritten() throws Exception {
    byte[] first = new byte[24 << 20];
    byte[] second = new byte[512 * 777];
    new Random(3).nextBytes(first);
    new Random(4).nextBytes(second);
    Path disk = Files.write(folder.resolve("first"), first);
    start(
        "disk=yes do=poweroff",
        config(true, new byte[0])
            .disk(disk)
            .disk(Files.write(folder.resolve("second"), second))
            .limits(Limits.DEFAULT.withDisk(RateLimit.bytesPerSecond(16 << 20))));
    assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
    assertThat(LinuxGuest.answer(vm, "first")).isEqualTo(sha256(first));
    assertThat(LinuxGuest.answer(vm, "second")).isEqualTo(sha256(second));
    assertThat(LinuxGuest.answer(vm, "readonly")).isEqualTo("1");
    assertThat(LinuxGuest.answer(vm, "serial")).isEqualTo("cloude-disk-1");
    assertThat(LinuxGuest.answer(vm, "written")).isNotEqualTo("0");
    assertThat(Files.readAllBytes(disk)).isEqualTo(first);
    assertThat(vm.counters().malformedRequests()).isZero();
    assertThat(vm.counters().disks().get(0).bytes()).isGreaterThanOrEqualTo(first.length);
    assertThat(vm.counters().disks().get(0).refused()).isZero();
    assertThat(vm.counters().disks().get(1).bytes()).isGreaterThanOrEqualTo(second.length);
    report();
  }
}
