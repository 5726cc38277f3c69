package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.net.TapDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** VMs that are made before anybody knows what for; none of them leaves anything. */
class PreparedVmTest extends FlatGuestFixture {
  private static final int CYCLES = Integer.getInteger("cloude.test.stops", 50);
  private static final String TAP = "cloudetap2";
  private static final String LINE = "job=7f3a quiet";

  // Prints the first bytes of its command line.
  private MicroVmConfig.Builder printing() throws Exception {
    return config(new FlatCode().print(GuestLayout.COMMAND_LINE, LINE.length()).powerOff().halt());
  }

  @Test
  void runsWithTheCommandLineNameConsoleAndDeadlineOfItsStart() throws Exception {
    MicroVmConfig.Builder shape = printing();
    StringBuilder console = new StringBuilder();
    try (PreparedVm prepared = MicroVm.prepare(shape.commandLine("of another").build())) {
      MicroVmConfig config =
          shape
              .name(NAME + "-7")
              .commandLine(LINE)
              .deadline(Duration.ofSeconds(60))
              .console(b -> console.append(StandardCharsets.US_ASCII.decode(b)))
              .build();
      MicroVm vm = prepared.start(config);
      assertThat(exit(vm).cause()).as(exit(vm).detail()).isEqualTo(ExitCause.POWER_OFF);
      vm.close();
      assertThat(console).hasToString(LINE);
      assertThat(vm.config()).isSameAs(config);
    }
  }

  @Test
  void itsPhasesAreMeasuredFromItsStart() throws Exception {
    MicroVmConfig config = printing().build();
    PreparedVm prepared = MicroVm.prepare(config);
    long before = System.nanoTime();
    MicroVm vm = prepared.start(config);
    exit(vm);
    Duration most = Duration.ofNanos(System.nanoTime() - before);
    vm.close();
    assertThat(vm.phases().created()).contains(Duration.ZERO);
    assertThat(vm.phases().loaded()).contains(Duration.ZERO);
    assertThat(vm.phases().firstInstruction().orElseThrow()).isBetween(Duration.ofNanos(1), most);
  }

  @Test
  void waitsWithoutAThread() throws Exception {
    MicroVmConfig config = printing().vcpus(4).build();
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    try (PreparedVm prepared = MicroVm.prepare(config)) {
      assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threads);
      assertThat(Footprint.now().vcpuMappings()).isEqualTo(before.vcpuMappings() + 4);
      assertThat(prepared.shape()).isEqualTo(config.shape());
      assertThat(prepared.heldBytes()).isBetween(8L << 10, config.memoryBytes() / 2);
    }
  }

  @Test
  void hasTheTapDeviceAndTheAddressOfItsStart() throws Exception {
    // Device id, and the first four bytes of the address, in the first window; entropy in the next.
    FlatCode code = new FlatCode().rax(0).load(0xc000_1008L, 4).print();
    code.load(0xc000_1100L, 4).print().load(0xc000_2008L, 4).print().powerOff().halt();
    MicroVmConfig.Builder config = config(code);
    PreparedVm prepared =
        MicroVm.prepare(config.tap(new TapAttachment("later", "02:c1:00:00:00:01")).build());
    TapDevice.createPersistent(TAP);
    try {
      MicroVm vm = prepared.start(config.tap(new TapAttachment(TAP, "02:c1:0a:27:01:02")).build());
      assertThat(exit(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
      vm.close();
      assertThat(printed(vm)).containsExactly(1, 0x270ac102, 4);
      assertThat(vm.counters().traffic()).isPresent();
    } finally {
      TapDevice.delete(TAP);
    }
  }

  @Test
  void theGuestHasTheKernelThatWasThereWhenItWasMade() throws Exception {
    MicroVmConfig config = printing().commandLine(LINE).build();
    PreparedVm prepared = MicroVm.prepare(config);
    Path other = new FlatCode().tripleFault().writeTo(Files.createDirectory(folder.resolve("b")));
    Files.move(other, config.kernel(), StandardCopyOption.REPLACE_EXISTING);
    MicroVm vm = prepared.start(config);
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
    vm.close();
  }

  @Test
  void startsAndStopsManyTimesRacingItsStart() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < CYCLES; i++) {
      FlatCode code = i % 2 == 0 ? new FlatCode().halt() : new FlatCode().spin();
      MicroVmConfig config = config(code).vcpus(1 + i % 3).build();
      MicroVm vm = MicroVm.prepare(config).start(config);
      long wait = i % 3 == 0 ? 0 : random.nextInt(3_000_000);
      for (long end = System.nanoTime() + wait; System.nanoTime() < end; ) {
        Thread.onSpinWait();
      }
      vm.kill();
      assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
      vm.close();
    }
  }

  @Test
  void closedUnstartedItLeavesNothingAsOftenAsItIsClosed() throws Exception {
    MicroVmConfig config = printing().vcpus(2).vsock(1000).build();
    for (int i = 0; i < CYCLES; i++) {
      PreparedVm prepared = MicroVm.prepare(config);
      prepared.close();
      prepared.close();
      assertThatThrownBy(() -> prepared.start(config))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("this one is closed.");
    }
    before.assertRestored(NAME);
  }

  @Test
  void ofAStartAndACloseAtTheSameTimeOneWins() throws Exception {
    MicroVmConfig config = config(new FlatCode().halt()).build();
    for (int i = 0; i < CYCLES; i++) {
      PreparedVm prepared = MicroVm.prepare(config);
      CountDownLatch go = new CountDownLatch(1);
      AtomicReference<MicroVm> started = new AtomicReference<>();
      CompletableFuture<Void> starter =
          both(
              go,
              () -> {
                try {
                  started.set(prepared.start(config));
                } catch (IllegalStateException e) {
                  assertThat(e).hasMessageContaining("closed");
                }
              });
      CompletableFuture<Void> closer = both(go, prepared::close);
      go.countDown();
      starter.get(60, TimeUnit.SECONDS);
      closer.get(60, TimeUnit.SECONDS);
      if (started.get() != null) {
        assertThat(started.get().exit()).isNotDone();
        started.get().close();
      }
    }
    before.assertRestored(NAME);
  }

  @Test
  void startsOnceWhoeverAsks() throws Exception {
    MicroVmConfig config = config(new FlatCode().halt()).build();
    PreparedVm prepared = MicroVm.prepare(config);
    MicroVm vm = prepared.start(config);
    assertThatThrownBy(() -> prepared.start(config))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("this one is started.");
    prepared.close();
    assertThat(vm.exit()).isNotDone();
    vm.close();
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
  }

  @Test
  void anotherShapeIsRefusedAndTheVmStaysReady() throws Exception {
    MicroVmConfig config = printing().commandLine(LINE).build();
    PreparedVm prepared = MicroVm.prepare(config);
    List<UnaryOperator<MicroVmConfig.Builder>> others =
        List.of(
            b -> b.vcpus(2),
            b -> b.memoryBytes(32 << 20),
            b -> b.vsock(1),
            b -> b.disk(config.kernel()),
            b -> b.initrd(config.kernel()),
            b -> b.mapInitrd(true),
            b -> b.bootProtocol(BootProtocol.LINUX_64),
            b -> b.limits(Limits.DEFAULT.withDisk(RateLimit.bytesPerSecond(1))),
            b -> b.tap(new TapAttachment("tap0", "02:c1:00:00:00:01")));
    for (UnaryOperator<MicroVmConfig.Builder> other : others) {
      MicroVmConfig different =
          other.apply(MicroVmConfig.builder(config.kernel()).memoryBytes(16 << 20)).build();
      assertThatThrownBy(() -> prepared.start(different))
          .isInstanceOfSatisfying(
              VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.CONFIG));
    }
    MicroVm vm = prepared.start(config);
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
    vm.close();
  }

  @Test
  void aStartThatFailsLeavesNothing() throws Exception {
    assertFails(printing().commandLine("x".repeat(3000)), VmmException.Code.BOOT, "at most 2047");
    assertFails(
        printing().tap(new TapAttachment("no-such-tap", "02:c1:00:00:00:01")),
        VmmException.Code.DEVICE,
        "no-such-tap");
    before.assertRestored(NAME);
  }

  @Test
  void whatCannotBeMadeIsRefusedAheadOfAnyStart() throws Exception {
    MicroVmConfig missing = MicroVmConfig.builder(folder.resolve("none")).name(NAME).build();
    assertThatThrownBy(() -> MicroVm.prepare(missing))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.BOOT));
  }

  private static void assertFails(
      MicroVmConfig.Builder builder, VmmException.Code code, String part) {
    MicroVmConfig config = builder.build();
    PreparedVm prepared = MicroVm.prepare(config);
    assertThatThrownBy(() -> prepared.start(config))
        .isInstanceOfSatisfying(VmmException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
    prepared.close();
  }

  private static CompletableFuture<Void> both(CountDownLatch go, Runnable action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          action.run();
        },
        r -> new Thread(r).start());
  }
}
