package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.agent.FakeAgent;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.job.TestLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class VmSessionsTest {
  private static final UUID ID = UUID.fromString("0123abcd-0000-4000-8000-000000000000");

  @TempDir Path folder;
  private final RecordedOutput output = new RecordedOutput();
  private FakeNode node;

  @BeforeEach
  void makeNode() throws IOException {
    node = new FakeNode(folder);
  }

  @Test
  void anExecutionGoesFromEndToEnd() throws Exception {
    try (FakeAgent agent =
        FakeAgent.answering(FakeAgent.frames(FakeAgent.frame(1, "hi"), FakeAgent.end(3)))) {
      GuestSession session = open(agent, "python");
      assertThat(count(VmState.BOOTING)).isEqualTo(1);
      ExecutionResult result = session.run(output);
      assertThat(count(VmState.RUNNING)).isEqualTo(1);
      session.close();
      session.close();

      assertThat(result.program().orElseThrow().exitCode()).isEqualTo(3);
      assertThat(output.text(OutputStreamName.STDOUT)).isEqualTo("hi");
      assertThat(output.ready).isPositive();
      assertThat(node.guestsReady).isEqualTo(1);
      assertThat(session.receipt())
          .isEqualTo(
              new GuestReceipt(
                  // printf kernel | sha256sum
                  "6923dd1bc0460082c5d55a831908c24a282860b7f1cd6c2b79cf1bc8857c639c",
                  "f00d",
                  "3.11",
                  "fake",
                  256));
      assertThat(agent.requests)
          .containsExactly("GET /health HTTP/1.0", "POST /v1/executions/" + ID + " HTTP/1.0");
      assertThat(agent.bodies.get(1))
          .contains("\"path\":\"main.py\",\"content_base64\":\"Y29kZQ==\"")
          .contains("\"stdin_base64\":\"aW4=\"")
          .contains("\"env\":{\"A\":\"b\"}")
          .contains("\"compile_timeout_ms\":20000,\"run_timeout_ms\":10000")
          .contains("\"output_limit_bytes\":1048576");
    }
    assertThat(node.done).containsExactly("attach", "start", "end", "detach");
    assertThat(node.registry.counts().values()).containsOnly(0);
    assertThat(node.registry.lastReadiness().orElseThrow().ready()).isTrue();
    assertThat(node.started.network()).contains(new NetworkDevice("cl0", "02:c1:7f:00:00:01"));
    assertThat(node.started.hostPorts()).isEmpty();
    assertThat(node.started.initrd()).isEqualTo(folder.resolve("python-3.11.cpio"));
    assertThat(node.started.commandLine())
        .contains("cloude.ip=127.0.0.1/8 cloude.gw=127.0.0.9 cloude.port=3001")
        .doesNotContain("cloude.console");
  }

  @Test
  void preparingEndsOrphansBeforeTheirDevicesGo() throws PlatformException {
    node.sessions(Ticker.system(), 1).prepare();

    assertThat(node.done).containsExactly("end orphans", "prepare network");
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsMade() throws IOException {
    assertFails(() -> openWithoutAgent("perl"), Code.IMAGE_MISSING, "\"perl\" is not in the cat");
    assertThat(node.sessions(Ticker.system(), 1).isReady("python")).isTrue();
    assertThat(node.sessions(Ticker.system(), 1).isReady("c")).isFalse();
    assertThat(node.sessions(Ticker.system(), 1).isReady("perl")).isFalse();
    assertFails(() -> openWithoutAgent("c"), Code.IMAGE_MISSING, "c-12.cpio) is missing");
    Files.delete(folder.resolve("python-3.11.cpio.meta"));
    assertFails(() -> openWithoutAgent("python"), Code.IMAGE_MISSING, "image of python");
    assertThat(node.sessions(Ticker.system(), 1).isReady("python")).isFalse();
    Files.delete(folder.resolve("vmlinuz"));
    assertFails(() -> openWithoutAgent("python"), Code.KERNEL_MISSING, "VM_KERNEL_PATH");
    node.driver = java.util.Optional.empty();
    assertFails(() -> openWithoutAgent("python"), Code.DRIVER_UNAVAILABLE, "a reason");

    assertThat(node.done).isEmpty();
    assertThat(node.registry.counts().values()).containsOnly(0);
  }

  @Test
  void aFailedStartLeavesNothing() {
    node.attachFails = true;
    assertFails(() -> openWithoutAgent("python"), Code.NETWORK_FAILED, "no TAP");
    assertThat(node.done).isEmpty();
    node.attachFails = false;
    node.startFails = true;
    assertFails(() -> openWithoutAgent("python"), Code.VM_START_FAILED, "no VM");

    assertThat(node.done).containsExactly("attach", "detach");
    assertThat(node.registry.counts().values()).containsOnly(0);
  }

  @Test
  void aDeviceThatStaysDoesNotHideWhyTheStartFailed() {
    node.startFails = true;
    node.portStays = true;

    assertFails(() -> openWithoutAgent("python"), Code.VM_START_FAILED, "no VM");

    assertThat(count(VmState.STUCK)).isEqualTo(1);
  }

  @Test
  void aSilentAgentIsGivenUpAfterWallTime() throws Exception {
    long[] now = new long[1];
    int nobody = freePort();
    // Whatever is looked at takes half a second.
    GuestSession session = open(node.sessions(() -> now[0] += 500_000_000L, nobody), "python");

    assertFails(
        () -> session.run(output),
        Code.AGENT_SILENT,
        "did not answer within 7 s (VM_READY_TIMEOUT_SECS)");

    assertThat(now[0]).isLessThan(Duration.ofSeconds(12).toNanos());
    assertThat(node.registry.lastReadiness().orElseThrow().ready()).isFalse();
    session.close();
    assertThat(node.done).containsExactly("attach", "start", "end", "detach");
  }

  @ParameterizedTest
  @CsvSource({
    "POWERED_OFF, GUEST_POWERED_OFF, switched itself off before its agent answered",
    "REBOOTED, GUEST_REBOOTED, restarted itself before its agent answered",
    "PANICKED, GUEST_PANICKED, kernel panicked before its agent answered: why",
    "CRASHED, GUEST_CRASHED, The guest crashed before",
    "FAILED, GUEST_CRASHED, The VM failed before",
    "STOPPED, INTERRUPTED, The VM was stopped before"
  })
  void aVmThatEndsBeforeItsAgentAnswersIsNoticedByItsEnd(Cause cause, Code code, String words)
      throws Exception {
    GuestSession session = open(node.sessions(Ticker.system(), freePort()), "python");
    node.exited.complete(new VmExit(cause, "why"));

    assertFails(() -> session.run(output), code, words);
  }

  @Test
  void aVmThatEndsWhileItsAgentHangsIsNoticedByItsEnd() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              out.write("HTTP/1.0 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
              out.flush();
              running.countDown();
              await(never);
            })) {
      GuestSession session = open(agent, "python");
      CompletableFuture<Throwable> failure = failureOf(session);
      running.await();

      node.exited.complete(new VmExit(Cause.PANICKED, "Kernel panic - not syncing: x"));

      assertThat(failure.get())
          .hasMessage(
              "The guest's kernel panicked before the program ended:"
                  + " Kernel panic - not syncing: x.");
    }
  }

  @Test
  void anotherThreadCanEndIt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              running.countDown();
              await(never);
            })) {
      GuestSession session = open(agent, "python");
      CompletableFuture<Throwable> failure = failureOf(session);
      running.await();

      session.close();

      assertThat(failure.get())
          .isInstanceOfSatisfying(
              PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.INTERRUPTED));
    }
    assertThat(node.done).containsExactly("attach", "start", "end", "detach");
  }

  @Test
  void aBrokenAnswerIsAskedForAgainWithTheSameId() throws Exception {
    try (FakeAgent agent =
        FakeAgent.answering(
            FakeAgent.raw(""),
            FakeAgent.frames(FakeAgent.frame(1, "all of"), FakeAgent.frame(1, " i")),
            FakeAgent.raw("HTTP/1.0 503 Wait\r\n\r\n"),
            FakeAgent.frames(FakeAgent.frame(1, "all of it"), FakeAgent.end(0)))) {
      GuestSession session = open(agent, "python");

      session.run(output);

      assertThat(output.text(OutputStreamName.STDOUT)).isEqualTo("all of it");
      // Once a frame has come, the execution is only attached to.
      assertThat(agent.requests.subList(1, 5))
          .containsExactly(
              "POST /v1/executions/" + ID + " HTTP/1.0",
              "POST /v1/executions/" + ID + " HTTP/1.0",
              "GET /v1/executions/" + ID + " HTTP/1.0",
              "GET /v1/executions/" + ID + " HTTP/1.0");
      assertThat(agent.bodies.get(2)).isEqualTo(agent.bodies.get(1));
      session.close();
    }
  }

  @Test
  void theHostsDeadlineHoldsWhateverTheGuestDoes() throws Exception {
    AtomicLong now = new AtomicLong();
    // Time flies once the program has been asked for.
    AtomicLong look = new AtomicLong(1_000_000);
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              look.set(3_000_000_000L);
              FakeAgent.raw("HTTP/1.0 429 Busy\r\n\r\n").write(out);
            })) {
      Ticker ticker = () -> now.addAndGet(look.get());
      GuestSession session = open(node.sessions(ticker, agent.address().getPort()), "python");

      assertFails(
          () -> session.run(output), Code.EXECUTION_DEADLINE, "within 25 s; it may have run (");
      session.close();
    }
  }

  @Test
  void aGuestIsGivenUpSoonAfterTheLimitOfItsPhase() throws Exception {
    AtomicLong now = new AtomicLong();
    AtomicLong look = new AtomicLong(1_000_000);
    try (FakeAgent agent =
        FakeAgent.answering(
            FakeAgent.frames(
                FakeAgent.frame(0x10, "{\"phase\":\"run\"}"), FakeAgent.frame(0x01, "begun")),
            out -> {
              look.set(3_000_000_000L);
              FakeAgent.raw("HTTP/1.0 429 Busy\r\n\r\n").write(out);
            })) {
      Ticker ticker = () -> now.addAndGet(look.get());
      GuestSession session = open(node.sessions(ticker, agent.address().getPort()), "python");

      assertThatThrownBy(() -> session.run(output))
          .isInstanceOfSatisfying(
              PlatformException.class, e -> assertThat(e.lateness()).isPresent())
          .hasMessageContaining("the program's end within its limit of 10000 ms and 15 s more");
      assertThat(output.text(OutputStreamName.STDOUT)).isEqualTo("begun");
      session.close();
    }
  }

  @Test
  void anAgentThatIsGoneIsNotWaitedFor() throws Exception {
    FakeAgent agent = FakeAgent.answering(FakeAgent.frames(FakeAgent.frame(0x01, "begun")));
    GuestSession session = open(agent, "python");
    RecordedOutput closing =
        new RecordedOutput() {
          @Override
          public void output(OutputStreamName stream, byte[] bytes) {
            super.output(stream, bytes);
            try {
              agent.close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    assertFails(() -> session.run(closing), Code.AGENT_GONE, "agent was ended while the program");

    assertThat(closing.text(OutputStreamName.STDOUT)).isEqualTo("begun");
    session.close();
  }

  @Test
  void aGuestHasWhatItsJobNeeds() throws Exception {
    Files.writeString(folder.resolve("c-12.cpio"), "image");
    Files.writeString(folder.resolve("c-12.cpio.meta"), "{}");
    openWithoutAgent("c").close();
    assertThat(node.started.memoryMib()).as("700, and the image").isEqualTo(701);

    Execution large =
        new Execution(
            ID,
            "python",
            List.of(SourceFile.main(new byte[0])),
            new byte[0],
            List.of(),
            Map.of(),
            List.of(),
            TestLimits.every(),
            NetworkPolicy.NONE,
            3);
    node.sessions(Ticker.system(), 1)
        .open(large, Optional.of(new GuestAddress(ip("127.0.0.1"), ip("127.0.0.9"), 8)))
        .close();
    assertThat(node.started.vcpus()).isEqualTo(3);
    assertThat(node.started.memoryMib()).isEqualTo(256);
  }

  @Test
  void aRefusalIsFinal() throws Exception {
    try (FakeAgent agent =
        FakeAgent.answering(FakeAgent.raw("HTTP/1.0 400 Bad\r\n\r\n{\"error\":\"no run\"}"))) {
      GuestSession session = open(agent, "python");

      assertFails(() -> session.run(output), Code.AGENT_FAILED, "status 400: no run.");
      assertThat(agent.requests).hasSize(2);
      session.close();
    }
  }

  @Test
  void nonsenseIsFinal() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(FakeAgent.raw("SSH-2.0\r\n"))) {
      GuestSession session = open(agent, "python");

      assertFails(
          () -> session.run(output),
          Code.AGENT_PROTOCOL,
          "the agent sent something that is not HTTP");
      session.close();
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    GuestSession session = open(node.sessions(Ticker.system(), freePort()), "python");

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> session.run(output)).isInstanceOf(InterruptedException.class);
    session.close();

    assertThat(node.done).containsExactly("attach", "start", "end", "detach");
  }

  @Test
  void whatStaysIsSaidCountedAndTriedAgain() throws Exception {
    GuestSession session = open(node.sessions(Ticker.system(), 1), "python");
    node.diesOnKill = false;
    assertThatThrownBy(session::close).hasMessageContaining("is not gone: VM thread stays");
    assertThat(count(VmState.STUCK)).isEqualTo(1);
    assertThat(node.done).doesNotContain("detach");

    node.diesOnKill = true;
    node.portStays = true;
    assertThatThrownBy(session::close).hasMessageContaining("TAP device cl0 stays");
    assertThat(count(VmState.STUCK)).isEqualTo(1);
    node.portStays = false;
    session.close();

    assertThat(node.registry.counts().values()).containsOnly(0);
  }

  private GuestSession openWithoutAgent(String language) throws Exception {
    return open(node.sessions(Ticker.system(), 1), language);
  }

  private GuestSession open(FakeAgent agent, String language) throws Exception {
    return open(node.sessions(Ticker.system(), agent.address().getPort()), language);
  }

  private static GuestSession open(VmSessions sessions, String language) throws Exception {
    Execution execution =
        Execution.of(
            ID,
            language,
            "code".getBytes(StandardCharsets.US_ASCII),
            "in".getBytes(StandardCharsets.US_ASCII),
            TestLimits.of(Duration.ofSeconds(20), Duration.ofSeconds(10), 1 << 20));
    return sessions.open(
        execution, Optional.of(new GuestAddress(ip("127.0.0.1"), ip("127.0.0.9"), 8)));
  }

  private int count(VmState state) {
    return node.registry.counts().get(state);
  }

  private static void assertFails(ThrowingCallable call, Code code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  private static CompletableFuture<Throwable> failureOf(GuestSession session) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            session.run(new RecordedOutput());
            return null;
          } catch (PlatformException | InterruptedException e) {
            return e;
          }
        });
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Inet4Address ip(String text) throws IOException {
    return (Inet4Address) InetAddress.getByName(text);
  }
}
