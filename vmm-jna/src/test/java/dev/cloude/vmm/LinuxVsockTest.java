package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Linux's driver of the socket device, with {@code agent/cmd/vsock-probe} as the guest's side. */
@Tag("lab")
class LinuxVsockTest extends LinuxFixture {
  private static final int READY_PORT = 1000;
  private static final int STORE_PORT = 2000;
  private static final int ECHO_PORT = 2001;
  private static final int BYTES = 10 << 20;
  // Several times what both sides hold together.
  private static final int ECHOED = 2 << 20;

  @Test
  void guestSaysThatItIsReadyAndStreamsGoBothWays() throws Exception {
    byte[] data = new byte[BYTES];
    new Random(5).nextBytes(data);
    start("vsock=yes do=spin", config(true, new byte[0]).vsock(READY_PORT));
    try (VsockConnection ready = vm.vsock().accept(READY_PORT, LIMIT)) {
      BufferedReader words =
          new BufferedReader(new InputStreamReader(ready.input(), StandardCharsets.UTF_8));
      assertThat(words.readLine()).isEqualTo("ready");
      vm.agentReady();
      awaitAnswer("refused", "true");
      assertThatThrownBy(() -> vm.vsock().connect(1, LIMIT)).isInstanceOf(ConnectException.class);

      // All there, then all back over what is by then half a connection.
      assertThat(sha256(exchange(STORE_PORT, data))).isEqualTo(sha256(data));
      // Both ways at a time, and more than either side holds.
      byte[] less = Arrays.copyOf(data, ECHOED);
      assertThat(sha256(exchange(ECHO_PORT, less))).isEqualTo(sha256(less));
      ready.shutdownOutput();
      assertThat(words.readLine()).isNull();
    }
    awaitAnswer("probe", "done");
    assertThat(LinuxGuest.answer(vm, "stored")).isEqualTo(String.valueOf(BYTES));
    assertThat(LinuxGuest.answer(vm, "echoed")).isEqualTo(String.valueOf(ECHOED));
    assertThat(LinuxGuest.answer(vm, "end")).isEqualTo("<nil>");
    Sockets sockets = vm.counters().sockets().orElseThrow();
    assertThat(sockets.malformed()).isZero();
    assertThat(sockets.accepted()).isEqualTo(1);
    assertThat(sockets.opened()).isEqualTo(2);
    assertThat(sockets.refused()).isEqualTo(1);
    assertThat(sockets.receivedBytes()).isEqualTo(BYTES + ECHOED + 6);
    assertThat(sockets.sentBytes()).isEqualTo(BYTES + ECHOED);

    CompletableFuture<VsockConnection> waiting =
        CompletableFuture.supplyAsync(() -> accept(READY_PORT));
    vm.kill();
    assertThat(exit().cause()).isEqualTo(ExitCause.KILLED);
    assertThatThrownBy(() -> waiting.get(1, TimeUnit.MINUTES))
        .hasRootCauseMessage("The VM has ended.");
    report();
  }

  // Sends the data and an end, and returns what comes back up to its end.
  private byte[] exchange(int port, byte[] data) throws Exception {
    try (VsockConnection connection = vm.vsock().connect(port, LIMIT)) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  connection.output().write(data);
                  connection.shutdownOutput();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      byte[] back = connection.input().readAllBytes();
      writer.get(1, TimeUnit.MINUTES);
      return back;
    }
  }

  private VsockConnection accept(int port) {
    try {
      return vm.vsock().accept(port, LIMIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
