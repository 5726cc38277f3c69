package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Ending VMs from outside, at any moment, leaving nothing. */
class StopTest extends FlatGuestFixture {
  private static final int CYCLES = Integer.getInteger("cloude.test.stops", 50);

  private void stopManyTimes(MicroVmConfig config) throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < CYCLES; i++) {
      MicroVm vm = MicroVm.start(config);
      // From no delay at all, racing the start of the threads, to well inside the guest.
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
  void haltedGuestsAreStoppedRacingTheirStart() throws Exception {
    stopManyTimes(config(new FlatCode().halt()).build());
  }

  @Test
  void spinningGuestsAreStoppedRacingTheirStart() throws Exception {
    stopManyTimes(config(new FlatCode().spin()).build());
  }

  @Test
  void guestsThatExitAllTheTimeAreStopped() throws Exception {
    // out dx, al; jmp back
    stopManyTimes(config(new FlatCode().rdx(0x3f8).raw(0xee, 0xeb, 0xfd)).vcpus(4).build());
  }

  @Test
  void thirtyTwoProcessorsComeAndGo() throws Exception {
    MicroVm vm = MicroVm.start(config(new FlatCode().halt()).vcpus(32).build());
    assertThat(Footprint.threads(NAME)).hasSize(33);
    vm.close();
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
  }

  @Test
  void anyoneMayStopAsOftenAsTheyLike() throws Exception {
    MicroVm vm = MicroVm.start(config(new FlatCode().halt()).vcpus(2).build());
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Void>> stoppers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int kind = i % 3;
      stoppers.add(
          CompletableFuture.runAsync(
              () -> {
                awaitQuietly(go);
                if (kind == 0) {
                  vm.kill();
                } else if (kind == 1) {
                  vm.close();
                } else {
                  vm.requestStop();
                }
              },
              r -> new Thread(r).start()));
    }
    go.countDown();
    for (CompletableFuture<Void> stopper : stoppers) {
      stopper.get(60, TimeUnit.SECONDS);
    }
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
    vm.requestStop();
    vm.kill();
    vm.close();
    assertThat(exit(vm)).isEqualTo(exit(vm));
  }

  @Test
  void theDeadlineEndsAHaltedGuest() throws Exception {
    MicroVm vm =
        MicroVm.start(config(new FlatCode().halt()).deadline(Duration.ofMillis(50)).build());
    assertThat(exit(vm)).isEqualTo(new VmExit(ExitCause.DEADLINE, "The VM was ended after 50 ms."));
    vm.close();
  }

  @Test
  void theEndMayBeHandledOnTheVmsOwnThread() throws Exception {
    MicroVm vm = MicroVm.start(config(new FlatCode().halt()).build());
    CompletableFuture<Void> handled = vm.exit().thenAccept(e -> vm.close());
    vm.kill();
    handled.get(60, TimeUnit.SECONDS);
    vm.close();
  }

  @Test
  void theGuestsOwnEndTakesAllApartWithoutAnybodyWaiting() throws Exception {
    MicroVm vm = MicroVm.start(config(new FlatCode().powerOff().halt()).vcpus(3).build());
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
    before.assertRestored(NAME + "-devices");
    vm.close();
  }

  @Test
  void aFloodedConsoleIsBoundedAndAStuckConsumerHoldsUpNothing() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    // rep outsb of 64 KiB, again and again.
    FlatCode flood =
        new FlatCode().rcx(0x10000).rsi(FlatCode.SCRATCH).rdx(0x3f8).raw(0xf3, 0x6e, 0xeb, 0xde);
    MicroVm vm = MicroVm.start(config(flood).console(b -> awaitQuietly(never)).build());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> vm.counters().consoleBytes() > MicroVm.CONSOLE_BYTES);
    vm.kill();
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
    assertThat(vm.consoleTail()).hasSize(MicroVm.CONSOLE_BYTES);
    vm.close();
  }

  @Test
  void fourVmsAtOnce() throws Exception {
    List<MicroVm> vms = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      vms.add(
          MicroVm.start(
              config(i % 2 == 0 ? new FlatCode().halt() : new FlatCode().spin()).build()));
    }
    vms.get(2).close();
    for (int i : new int[] {0, 1, 3}) {
      assertThat(vms.get(i).exit().isDone()).isFalse();
    }
    vms.forEach(MicroVm::close);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
