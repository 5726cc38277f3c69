package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linux guests by the dozen, and what takes them long. */
@Tag("lab")
class LinuxSoakTest extends LinuxFixture {
  private static final int LINES = 3000;

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

  @ParameterizedTest
  @EnumSource(
      value = Vhost.class,
      names = {"ON", "OFF"})
  @Tag("soak")
  void afterAFloodBothWaysThePeersStillHearEachOther(Vhost vhost) throws Exception {
    AtomicLong heard = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    onNetwork(
        tap -> {
          try (ServerSocket barrier = new ServerSocket(0, 1, HOST);
              DatagramSocket ear = new DatagramSocket(new InetSocketAddress(HOST, 0))) {
            CompletableFuture<Void> listening =
                CompletableFuture.runAsync(() -> count(ear, heard), LinuxSoakTest::thread);
            start(
                "ip=10.99.7.2/24 peer=10.99.7.1 do=poweroff flood=%d lines=%d barrier=%d"
                    .formatted(ear.getLocalPort(), LINES, barrier.getLocalPort()),
                config(true, new byte[0]).vcpus(2).tap(tap).vhost(vhost));
            awaitAnswer("flooding", "yes");
            CompletableFuture<Void> flooding =
                CompletableFuture.runAsync(() -> flood(over), LinuxSoakTest::thread);
            // The guest calls when its own flood is over, and goes on when it is hung up on.
            try (var call = barrier.accept()) {
              over.set(true);
              flooding.get(60, TimeUnit.SECONDS);
            }
            assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
            ear.close();
            listening.get(60, TimeUnit.SECONDS);
          }
        });
    report();
    Traffic traffic = vm.counters().traffic().orElseThrow();
    System.out.println("datagrams heard: " + heard + " of " + LINES);
    assertThat(LinuxGuest.answer(vm, "lost")).as("pings before").isEqualTo("0");
    assertThat(LinuxGuest.answer(vm, "lostafter")).as("pings after").isEqualTo("0");
    assertThat(heard.get()).isGreaterThan(LINES / 10);
    assertThat(traffic.vhost()).isEqualTo(vhost == Vhost.ON);
    assertThat(traffic.receivedFrames()).isGreaterThan(vhost == Vhost.ON ? -1 : LINES);
    assertThat(traffic.malformed()).isZero();
  }

  private static void flood(AtomicBoolean over) {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(HOST, 0))) {
      DatagramPacket packet =
          new DatagramPacket(new byte[1400], 1400, new InetSocketAddress(GUEST, 9));
      while (!over.get()) {
        try {
          socket.send(packet);
        } catch (SocketException e) {
          // No room left, or the guest said that nobody listens: no reason to stop.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void count(DatagramSocket ear, AtomicLong heard) {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    try {
      while (true) {
        ear.receive(packet);
        heard.incrementAndGet();
      }
    } catch (IOException e) {
      // Closed: the test has heard enough.
    }
  }

  private static void thread(Runnable body) {
    new Thread(body).start();
  }
}
