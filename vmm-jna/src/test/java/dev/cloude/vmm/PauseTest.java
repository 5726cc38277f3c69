package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that are made to stand still, and what may happen to them meanwhile. */
@Timeout(600)
class PauseTest extends FlatGuestFixture {
  private static final int CYCLES = Integer.getInteger("cloude.test.stops", 50);

  // Each count is a write to a port where nothing is. out dx, al; jmp back
  private static FlatCode counting() {
    return new FlatCode().rdx(0x123).raw(0xee, 0xeb, 0xfd);
  }

  private static void awaitProgress(MicroVm vm, int counts) {
    long goal = vm.counters().unclaimedPorts() + counts;
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> vm.counters().unclaimedPorts() >= goal);
  }

  @Test
  void aPausedGuestMakesNoProgressAndThenGoesOn() throws Exception {
    MicroVm vm = start(config(counting()));
    MicroVm witness = start(config(counting()));
    awaitProgress(vm, 100);
    for (int i = 0; i < 3; i++) {
      vm.pause();
      long counted = vm.counters().unclaimedPorts();
      vm.pause();
      awaitProgress(witness, 20);
      assertThat(vm.counters().unclaimedPorts()).isEqualTo(counted);
      vm.resume();
      vm.resume();
      awaitProgress(vm, 10);
    }
  }

  @Test
  void answersUnderWayArriveAfterThePause() throws Exception {
    // What the scratch register holds is read again and again; the guest ends if it ever differs.
    // in al, dx; cmp al, 0x5a; je back
    FlatCode reading =
        new FlatCode().out(0x3ff, 1, 0x5a).raw(0xec, 0x3c, 0x5a, 0x74, 0xfb).powerOff().halt();
    MicroVm vm = start(config(reading));
    for (int i = 0; i < 4 * CYCLES; i++) {
      long exits = vm.counters().exits().getOrDefault("io", 0L);
      vm.pause();
      vm.resume();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> vm.counters().exits().getOrDefault("io", 0L) > exits || vm.exit().isDone());
      assertThat(vm.exit()).isNotDone();
    }
  }

  @Test
  void everyProcessorLeavesTheGuestAlsoThoseThatSpinHaltOrWereNeverStarted() throws Exception {
    for (FlatCode code : List.of(new FlatCode().spin(), new FlatCode().halt())) {
      MicroVm vm = start(config(code).vcpus(4));
      for (int i = 0; i < 10; i++) {
        vm.pause();
        awaitVcpus(Thread.State.WAITING, 4);
        vm.resume();
        awaitVcpus(Thread.State.RUNNABLE, 4);
      }
      vm.close();
    }
  }

  // In the guest a thread is runnable; whoever waits at the gate looks up when another arrives.
  private static void awaitVcpus(Thread.State state, int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().startsWith(NAME + "-vcpu"))
                    .allMatch(t -> t.getState() == state));
    assertThat(Footprint.threads(NAME + "-vcpu")).hasSize(count);
  }

  @Test
  void aPausedGuestIsKilledClosedAndMeetsItsDeadline() throws Exception {
    MicroVm killed = start(config(new FlatCode().spin()).vcpus(2));
    killed.pause();
    killed.kill();
    assertThat(exit(killed).cause()).isEqualTo(ExitCause.KILLED);
    MicroVm closed = start(config(new FlatCode().halt()));
    closed.pause();
    closed.close();
    assertThat(closed.exit()).isDone();
    MicroVm late = start(config(counting()).deadline(Duration.ofMillis(200)));
    late.pause();
    assertThat(exit(late).cause()).isEqualTo(ExitCause.DEADLINE);
    for (MicroVm vm : List.of(killed, closed, late)) {
      vm.pause();
      vm.resume();
    }
  }

  @Test
  void aPausedGuestThatIsAskedToStopDoesSoWhenItGoesOn() throws Exception {
    // Waits for a key. in al, dx; test al, 1; jz back
    FlatCode waiting = new FlatCode().rdx(0x64).raw(0xec, 0xa8, 0x01, 0x74, 0xfb).powerOff().halt();
    MicroVm vm = start(config(waiting));
    vm.pause();
    vm.requestStop();
    assertThat(vm.exit()).isNotDone();
    vm.resume();
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
  }

  @Test
  void anInterruptedThreadPausesAllTheSame() throws Exception {
    MicroVm vm = start(config(counting()).vcpus(2));
    Thread.currentThread().interrupt();
    vm.pause();
    assertThat(Thread.interrupted()).isTrue();
    awaitVcpus(Thread.State.WAITING, 2);
  }

  @Test
  void pauseResumeAndKillMayRaceFromTheFirstMomentOn() throws Exception {
    List<MicroVmConfig> guests = new ArrayList<>();
    for (FlatCode code : List.of(new FlatCode().spin(), new FlatCode().halt(), counting())) {
      guests.add(config(code).vcpus(1 + guests.size() % 2).build());
    }
    for (int i = 0; i < CYCLES; i++) {
      MicroVm vm = MicroVm.start(guests.get(i % guests.size()));
      Random random = new Random(i);
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        long seed = random.nextLong();
        callers.add(CompletableFuture.runAsync(() -> pauseAndResume(vm, seed), PauseTest::thread));
      }
      spin(random.nextInt(2_000_000));
      vm.kill();
      assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
      for (CompletableFuture<Void> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
      vm.close();
    }
  }

  private static void pauseAndResume(MicroVm vm, long seed) {
    Random random = new Random(seed);
    do {
      if (random.nextBoolean()) {
        vm.pause();
      } else {
        vm.resume();
      }
      spin(random.nextInt(100_000));
    } while (!vm.exit().isDone());
  }

  private static void thread(Runnable body) {
    new Thread(body).start();
  }

  private static void spin(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      Thread.onSpinWait();
    }
  }
}
