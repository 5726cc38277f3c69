package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.boot.BootProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
            List.of(READY, new Message.AgentReady()),
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
    Message.Start start =
        new Message.Start(
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
            false,
            Optional.empty(),
            Limits.DEFAULT,
            OptionalInt.empty());
    child.start(start, bytes -> {}, 1);
    assertThatThrownBy(() -> child.started().join()).hasCauseInstanceOf(VmmException.class);
  }
}
