package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.child.IsolatedVm;
import dev.cloude.vmm.child.IsolatedVms;
import dev.cloude.vmm.child.IsolationSettings;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may happen to a Linux guest's network device, with its frames moved here and there. */
@Tag("lab")
@Tag("soak")
class LinuxVhostTest extends LinuxFixture {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int RELOADS = 5;
  private static final int CYCLES = 20;

  private final byte[] data = new byte[10 << 20];

  LinuxVhostTest() {
    new Random(6).nextBytes(data);
  }

  @ParameterizedTest
  @EnumSource(
      value = Vhost.class,
      names = {"ON", "OFF"})
  void driversComeAndGoAndATransferOutlastsAPause(Vhost vhost) throws Exception {
    onNetwork(
        tap -> {
          try (ServerSocket server = new ServerSocket(0, 1, HOST)) {
            CompletableFuture<byte[]> back =
                CompletableFuture.supplyAsync(() -> exchange(server, data, this::pauseForAWhile));
            start(
                words(server) + " reloads=" + RELOADS,
                config(true, new byte[0]).vcpus(2).tap(tap).vhost(vhost));
            assertThat(exit().cause()).isEqualTo(ExitCause.POWER_OFF);
            assertThat(sha256(back.get(1, TimeUnit.SECONDS))).isEqualTo(sha256(data));
          }
        });
    assertThat(LinuxGuest.answers(vm, "reloaded")).isEqualTo(RELOADS);
    assertThat(LinuxGuest.answer(vm, "lost")).isEqualTo("0");
    assertThat(LinuxGuest.answer(vm, "sum")).isEqualTo(sha256(data));
    assertThat(vm.counters().malformedRequests()).isZero();
    assertThat(vm.counters().traffic().orElseThrow().vhost()).isEqualTo(vhost == Vhost.ON);
    report();
  }

  @Test
  void guestsThatAreStoppedAtAnyMomentLeaveNoWorker() throws Exception {
    Random random = new Random(7);
    onNetwork(
        tap -> {
          MicroVmConfig.Builder config = config(true, new byte[0]).tap(tap).vhost(Vhost.ON);
          for (int i = 0; i < CYCLES; i++) {
            start("ip=10.99.7.2/24 peer=10.99.7.1 do=poweroff", config);
            CompletableFuture.runAsync(
                    vm::kill,
                    CompletableFuture.delayedExecutor(random.nextInt(8000), TimeUnit.MILLISECONDS))
                .join();
            assertThat(exit().cause()).isIn(ExitCause.KILLED, ExitCause.POWER_OFF);
            vm.close();
          }
        });
  }

  @Test
  void aProcessOfItsOwnMovesFramesThroughTheKernelToo() throws Exception {
    onNetwork(
        tap -> {
          try (ServerSocket server = new ServerSocket(0, 1, HOST);
              IsolatedVms vms = IsolatedVms.open(IsolationSettings.defaults())) {
            CompletableFuture<byte[]> back =
                CompletableFuture.supplyAsync(() -> exchange(server, data, () -> {}));
            MicroVmConfig config =
                config(true, new byte[0])
                    .commandLine(LinuxGuest.COMMAND_LINE + words(server))
                    .tap(tap)
                    .vhost(Vhost.ON)
                    .build();
            try (IsolatedVm isolated = vms.start(config)) {
              VmExit exit = isolated.exit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
              assertThat(exit.cause()).as(exit.detail()).isEqualTo(ExitCause.POWER_OFF);
              assertThat(isolated.figures()).containsEntry("net.vhost", 1L);
              assertThat(isolated.figures()).containsEntry("virtio.malformed", 0L);
            }
            assertThat(sha256(back.get(1, TimeUnit.SECONDS))).isEqualTo(sha256(data));
          }
        });
  }

  private static String words(ServerSocket server) {
    return "ip=10.99.7.2/24 peer=10.99.7.1 do=poweroff port=" + server.getLocalPort();
  }

  private void pauseForAWhile() {
    vm.pause();
    CompletableFuture.runAsync(
            vm::resume, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
        .join();
  }
}
