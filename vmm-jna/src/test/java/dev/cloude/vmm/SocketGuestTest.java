package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The host's end of the socket device of a guest that never touches its own. */
class SocketGuestTest extends FlatGuestFixture {
  private static final Duration LONG = Duration.ofMinutes(5);

  private interface Call {
    VsockConnection connect() throws IOException;
  }

  @Test
  void theEndOfTheVmEndsWhoWaits() throws Exception {
    MicroVm vm = start(config(new FlatCode().halt()).vsock(1000));
    CompletableFuture<VsockConnection> accept = async(() -> vm.vsock().accept(1000, LONG));
    CompletableFuture<VsockConnection> connect = async(() -> vm.vsock().connect(1000, LONG));
    assertThatThrownBy(() -> vm.vsock().connect(1, Duration.ofNanos(1)))
        .isInstanceOf(SocketTimeoutException.class);
    vm.kill();
    for (CompletableFuture<VsockConnection> each : Set.of(accept, connect)) {
      assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES))
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("The VM has ended.");
    }
    assertThat(exit(vm).cause()).isEqualTo(ExitCause.KILLED);
    assertThat(vm.counters().sockets()).contains(new Sockets(0, 0, 0, 0, 0, 0));
  }

  @Test
  void guestWithoutTheDeviceHasNoSockets() throws Exception {
    MicroVm vm = ended(config(new FlatCode().powerOff().halt()));
    assertThatThrownBy(vm::vsock)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("flat has no socket device: give MicroVmConfig.vsock.");
    assertThat(vm.counters().sockets()).isEmpty();
  }

  private static CompletableFuture<VsockConnection> async(Call call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.connect();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
