package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.virtio.vsock.Vsock;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children that do what they like. */
class ChildProcessTest {
  private static final Message READY = new Message.Ready();
  private static final Message STARTED = new Message.Started(Map.of());
  private static final Message OFF = new Message.Ended(ExitCause.POWER_OFF, "off", Map.of());

  @TempDir Path folder;

  /** A process that sends bytes and then does as {@code then}, a shell's words, says. */
  private ChildProcess sending(byte[] bytes, String then) throws IOException {
    Path file = Files.write(folder.resolve("said"), bytes);
    Path complaints = Files.createFile(folder.resolve("complaints"));
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "cat \"$1\"; " + then, "sh", file.toString())
            .redirectError(complaints.toFile())
            .start();
    return ChildProcess.attach(process, complaints, Optional.empty());
  }

  private static byte[] bytes(Message... messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageWriter writer = new MessageWriter(bytes);
    for (Message message : messages) {
      writer.write(message);
    }
    return bytes.toByteArray();
  }

  private static VmExit end(ChildProcess child) throws Exception {
    VmExit end = child.exit().get(60, TimeUnit.SECONDS);
    assertThat(ProcessHandle.of(child.id())).isEmpty();
    return end;
  }

  @Test
  void anEndThatWasToldIsTheEndAlsoOfAProcessThatStays() throws Exception {
    ChildProcess child = sending(bytes(READY, STARTED, OFF), "exec sleep 1000");
    assertThat(end(child)).isEqualTo(new VmExit(ExitCause.POWER_OFF, "off"));
    child.ready().join();
    child.started().join();
  }

  @Test
  void whatIsNoMessageEndsIt() throws Exception {
    ChildProcess child =
        sending("Segmentation fault\n".getBytes(StandardCharsets.US_ASCII), "exec sleep 1000");
    VmExit end = end(child);
    assertThat(end.cause()).isEqualTo(ExitCause.PROCESS_DIED);
    assertThat(end.detail()).contains("sent a message of 1399154541 bytes, not of 1 to 65536");
    assertThatThrownBy(() -> child.ready().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(VmmException.class);
  }

  @Test
  void messagesOutOfTurnEndIt() throws Exception {
    List<List<Message>> turns =
        List.of(
            List.of(STARTED),
            List.of(OFF),
            List.of(new Message.Console(new byte[1])),
            List.of(READY, READY),
            List.of(READY, STARTED, STARTED),
            List.of(READY, STARTED, READY),
            List.of(READY, STARTED, new Message.Refused(VmmException.Code.BOOT, "x")),
            List.of(READY, new Message.Prepared(1)),
            List.of(READY, new Message.AgentReady()),
            // Of a VM that runs, but has no sockets; of one that does not run.
            List.of(READY, STARTED, new SocketMessage.Arrived(1, 1000, 1)),
            List.of(READY, new SocketMessage.Arrived(1, 1000, 1)),
            List.of(READY, new Message.Stop()));
    for (List<Message> turn : turns) {
      ChildProcess child = sending(bytes(turn.toArray(Message[]::new)), "exec sleep 1000");
      VmExit end = end(child);
      assertThat(end.cause()).as(turn.toString()).isEqualTo(ExitCause.PROCESS_DIED);
      assertThat(end.detail()).as(turn.toString()).contains("a message out of turn");
    }
  }

  @Test
  void aConsoleWithoutEndEndsIt() throws Exception {
    byte[] line = bytes(new Message.Console(new byte[32 << 10]));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes(READY, STARTED));
    for (int i = 0; i < 200; i++) {
      all.write(line);
    }
    ChildProcess child = sending(all.toByteArray(), "exec sleep 1000");
    assertThat(end(child).detail()).contains("more of its guest's console than any may");
  }

  @Test
  void aProcessThatEndsWithoutAWordSaysHowAndWhatItComplainedOf() throws Exception {
    ChildProcess child = sending(bytes(), "printf 'No memory\\033[2J\\n' >&2; exit 7");
    assertThat(end(child).detail())
        .isEqualTo("The VM's process " + child.id() + " ended with exit code 7.");
    assertThatThrownBy(() -> child.ready().join())
        .hasMessageContaining("ended with exit code 7. It said: No memory [2J");
  }

  @Test
  void oneThatClosesItsOutputAndStaysIsKilled() throws Exception {
    ChildProcess child = sending(bytes(READY), "exec >/dev/null; exec sleep 1000");
    assertThat(end(child).cause()).isEqualTo(ExitCause.PROCESS_DIED);
  }

  @Test
  void oneThatNeverReadsHoldsUpNobody() throws Exception {
    ChildProcess child = sending(bytes(READY), "exec sleep 1000");
    child.ready().get(60, TimeUnit.SECONDS);
    for (int i = 0; i < 100_000; i++) {
      child.requestStop();
    }
    child.kill();
    assertThat(end(child).cause()).isEqualTo(ExitCause.KILLED);
  }

  @Test
  void aRefusalIsTheReasonWhyNothingStarted() throws Exception {
    ChildProcess child =
        sending(
            bytes(READY, new Message.Refused(VmmException.Code.BOOT, "There is no kernel.")), ":");
    end(child);
    assertThatThrownBy(() -> child.started().join())
        .hasCauseInstanceOf(VmmException.class)
        .hasMessageContaining("There is no kernel.");
  }

  @Test
  void aVmForAProcessThatIsGoneFails() throws Exception {
    ChildProcess child = sending(bytes(READY), "exit 1");
    end(child);
    child.start(start(Optional.empty()), bytes -> {}, 1);
    assertThatThrownBy(() -> child.started().join()).hasCauseInstanceOf(VmmException.class);
  }

  /** A child that sends {@code more} when it is told of its VM, and never reads on. */
  private ChildProcess withSockets(Message... more) throws Exception {
    Path file = Files.write(folder.resolve("more"), bytes(more));
    ChildProcess child =
        sending(
            bytes(READY, STARTED),
            "dd bs=1 count=1 of=/dev/null 2>/dev/null; cat '" + file + "'; exec sleep 1000");
    child.started().get(60, TimeUnit.SECONDS);
    child.start(start(Optional.of(List.of(1000))), bytes -> {}, 1);
    return child;
  }

  @Test
  void aLieAboutSocketsEndsItAndAllThatWaitForThem() throws Exception {
    ChildProcess child =
        withSockets(
            new SocketMessage.Arrived(1, 1000, 7),
            new SocketMessage.Data(1, new byte[] {42}),
            new SocketMessage.Data(3, new byte[] {43}));
    VmExit end = end(child);
    assertThat(end.cause()).isEqualTo(ExitCause.PROCESS_DIED);
    assertThat(end.detail()).contains("sent word of a socket 3, which there is not, and was");
    Vsock sockets = child.sockets().orElseThrow();
    try (VsockConnection before = sockets.accept(1000, Duration.ZERO)) {
      assertThat(before.input().read()).isEqualTo(42);
      assertThatThrownBy(() -> before.input().read()).hasMessage("The VM has ended.");
    }
    assertThatThrownBy(() -> sockets.accept(1000, Duration.ofMinutes(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("The VM has ended.");
    assertThatThrownBy(() -> sockets.open(1)).hasMessage("The VM has ended.");
  }

  @Test
  void moreThanItHasCreditForEndsIt() throws Exception {
    Message[] flood = new Message[20];
    flood[0] = new SocketMessage.Arrived(1, 1000, 7);
    Arrays.fill(flood, 1, 20, new SocketMessage.Data(1, new byte[SocketMessage.MAX_DATA]));
    ChildProcess child = withSockets(flood);
    assertThat(end(child).detail())
        .contains("sent 32768 bytes of socket 1 where it had credit for 0");
    try (VsockConnection held = child.sockets().orElseThrow().accept(1000, Duration.ZERO)) {
      assertThat(held.input().available()).isEqualTo(RemoteConnection.RECEIVE_BYTES);
    }
  }

  @Test
  void socketsOfOneThatNeverReadsHoldUpNobodyButTheirWriters() throws Exception {
    ChildProcess child = withSockets();
    Vsock sockets = child.sockets().orElseThrow();
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      VsockConnection connection = sockets.open(i);
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  connection.output().write(new byte[1 << 20]);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> new Thread(task).start()));
    }
    for (int i = 0; i < RemoteVsock.MAX_OWN - 4; i++) {
      sockets.open(i).close();
    }
    child.agentReady();
    child.requestStop();
    sockets.stopListening(1000);
    assertThat(writers).noneMatch(CompletableFuture::isDone);
    child.kill();
    assertThat(end(child).cause()).isEqualTo(ExitCause.KILLED);
    for (CompletableFuture<Void> writer : writers) {
      assertThatThrownBy(() -> writer.get(1, TimeUnit.MINUTES))
          .hasRootCauseMessage("The VM has ended.");
    }
  }

  private static Message.Start start(Optional<List<Integer>> ports) {
    return new Message.Start(
        "vm",
        "k",
        Optional.empty(),
        "",
        BootProtocol.AUTO,
        1 << 24,
        1,
        Optional.empty(),
        Vhost.AUTO,
        List.of(),
        ports,
        false,
        Optional.empty(),
        Limits.DEFAULT,
        OptionalInt.empty());
  }
}
