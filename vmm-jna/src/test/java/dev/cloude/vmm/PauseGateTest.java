package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PauseGateTest {
  private final PauseGate gate = new PauseGate(2);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger passed = new AtomicInteger();

  private Thread run(Runnable body) {
    Thread thread = new Thread(body);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
    return thread;
  }

  private Thread vcpu() {
    return run(
        () -> {
          gate.pass();
          passed.incrementAndGet();
        });
  }

  private static void awaitWaiting(Thread thread) {
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
  }

  private void joinAll() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void openItHoldsUpNobody() {
    assertThat(gate.isShut()).isFalse();
    gate.pass();
    gate.awaitAll();
    gate.open();
    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void shutItHoldsAllUntilItIsOpened() throws Exception {
    gate.shut();
    gate.shut();
    assertThat(gate.isShut()).isTrue();
    Thread pausing = run(gate::awaitAll);
    awaitWaiting(vcpu());
    awaitWaiting(pausing);
    awaitWaiting(vcpu());
    pausing.join();
    gate.awaitAll();
    assertThat(passed).hasValue(0);
    gate.open();
    joinAll();
    assertThat(passed).hasValue(2);
  }

  @Test
  void whoWaitsForAllIsLetGoWhenItIsOpened() throws Exception {
    gate.shut();
    Thread pausing = run(gate::awaitAll);
    awaitWaiting(pausing);
    gate.open();
    joinAll();
  }

  @Test
  void theEndReleasesBothSidesForGood() throws Exception {
    gate.shut();
    awaitWaiting(run(gate::awaitAll));
    awaitWaiting(vcpu());
    gate.release();
    joinAll();
    assertThat(passed).hasValue(1);
    gate.shut();
    assertThat(gate.isShut()).isFalse();
    gate.awaitAll();
    gate.pass();
    gate.release();
    gate.open();
    gate.shut();
    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void anInterruptOpensNothingAndIsKept() throws Exception {
    gate.shut();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread vcpu =
        run(
            () -> {
              gate.pass();
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    vcpu.interrupt();
    awaitWaiting(vcpu);
    awaitWaiting(vcpu());
    gate.awaitAll();
    assertThat(interrupted).isNotDone();
    gate.open();
    assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
    joinAll();
  }

  @Test
  void shutAgainAtOnceItStillHoldsWhoHasNotLeft() throws Exception {
    gate.shut();
    vcpu();
    vcpu();
    gate.awaitAll();
    for (int i = 0; i < 1000; i++) {
      gate.open();
      gate.shut();
      // Whoever got away meanwhile comes back, as a vCPU does on its next turn.
      for (int left = passed.getAndSet(0); left > 0; left--) {
        vcpu();
      }
    }
    gate.open();
    joinAll();
  }
}
