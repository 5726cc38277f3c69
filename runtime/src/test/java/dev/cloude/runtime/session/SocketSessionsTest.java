package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.agent.FakeAgent;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.job.TestLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Executions whose agents are reached by their guests' sockets. */
@Timeout(60)
class SocketSessionsTest {
  private static final String WORD = "cloude-agent/1 ready\n";

  @TempDir Path folder;
  private final RecordedOutput output = new RecordedOutput();
  private FakeAgent agent;
  private FakeNode node;
  private FakeSockets sockets;

  @BeforeEach
  void makeNode() throws IOException {
    agent = FakeAgent.answering(FakeAgent.frames(FakeAgent.frame(1, "hi"), FakeAgent.end(3)));
    node = new FakeNode(folder);
    sockets = new FakeSockets(agent.address());
    node.sockets = Optional.of(sockets);
  }

  @AfterEach
  void endAgent() throws Exception {
    agent.close();
  }

  @Test
  void withoutANetworkThereIsNoDeviceAndNoAddress() throws Exception {
    say(WORD);
    GuestSession session = open(NetworkPolicy.NONE, Optional.empty());

    int exitCode = session.run(output).program().orElseThrow().exitCode();
    session.close();

    assertThat(exitCode).isEqualTo(3);
    assertThat(output.text(OutputStreamName.STDOUT)).isEqualTo("hi");
    assertThat(node.started.network()).isEmpty();
    assertThat(node.started.hostPorts()).containsExactly(SocketChannel.READY_PORT);
    assertThat(node.started.commandLine()).endsWith(" rdinit=/init cloude.vsock=300,3001");
    assertThat(node.done).containsExactly("start", "end");
    assertThat(sockets.closed).containsExactly(SocketChannel.READY_PORT);
    assertThat(sockets.opened).containsExactly(SocketChannel.AGENT_PORT);
    assertThat(agent.requests).hasSize(1).allMatch(line -> line.startsWith("POST /v1/executions/"));
    assertThat(node.registry.lastReadiness().orElseThrow().ready()).isTrue();
  }

  @Test
  void withANetworkTheAgentIsReachedBySocketsAllTheSame() throws Exception {
    say(WORD);
    GuestSession session = open(NetworkPolicy.NAT, Optional.of(address()));

    session.run(output);
    session.close();

    assertThat(node.started.network()).contains(new NetworkDevice("cl0", "02:c1:7f:00:00:01"));
    assertThat(node.started.commandLine())
        .endsWith(" cloude.ip=127.0.0.1/8 cloude.gw=127.0.0.9 cloude.vsock=300,3001");
    assertThat(node.done).containsExactly("attach", "start", "end", "detach");
    assertThat(sockets.opened).containsExactly(SocketChannel.AGENT_PORT);
  }

  @Test
  void whoNeedsAnAddressIsSaid() throws Exception {
    assertThat(sessions().needsAddress(NetworkPolicy.NONE)).isFalse();
    assertThat(sessions().needsAddress(NetworkPolicy.NAT)).isTrue();
    assertThatThrownBy(() -> open(NetworkPolicy.NAT, Optional.empty()))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(node.registry.names()).isEmpty();
    node.vms = node.vms(VmSettings.Channel.NETWORK);
    assertThat(sessions().needsAddress(NetworkPolicy.NONE)).isTrue();
    node.vms = node.vms(VmSettings.Channel.AUTO);
    node.sockets = Optional.empty();
    assertThat(sessions().needsAddress(NetworkPolicy.NONE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cloude-agent/2 ready\\n | word was \"cloude-agent/2 ready\" instead of \"cloude-agent/1",
        "\\n | word was \"\" instead",
        "cloude-agent/1 ready\\r\\n | instead of",
        "cloude-agent/1 ready | ended within the agent's first word",
        "'' | ended within the agent's first word"
      })
  void anotherWordIsNotUnderstood(String word, String words) throws Exception {
    say(word.replace("\\n", "\n").replace("\\r", "\r"));
    GuestSession session = open(NetworkPolicy.NONE, Optional.empty());

    assertFails(session, Code.AGENT_PROTOCOL, words);

    assertThat(sockets.closed).containsExactly(SocketChannel.READY_PORT);
    assertThat(node.registry.lastReadiness().orElseThrow().ready()).isFalse();
  }

  @Test
  void aWordWithoutAnEndIsCutShort() throws Exception {
    int[] read = new int[1];
    sockets.connect(
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 'x';
          }
        });

    assertFails(open(NetworkPolicy.NONE, Optional.empty()), Code.AGENT_PROTOCOL, "\"xxxx");

    assertThat(read[0]).isEqualTo(64);
  }

  @Test
  void aGuestThatSaysNothingIsGivenUp() throws Exception {
    node.vms = node.vms(Duration.ofMillis(50));

    assertFails(
        open(NetworkPolicy.NONE, Optional.empty()), Code.AGENT_SILENT, "VM_READY_TIMEOUT_SECS");

    assertThat(sockets.closed).containsExactly(SocketChannel.READY_PORT);
  }

  @Test
  void aGuestThatDribblesIsGivenUp() throws Exception {
    // Whatever is looked at takes half a second, and seven is all there is.
    long[] now = new long[1];
    sockets.connect(
        new InputStream() {
          @Override
          public int read() throws IOException {
            if (now[0] > Duration.ofSeconds(20).toNanos()) {
              throw new IOException("read on and on");
            }
            return WORD.charAt(0);
          }
        });
    GuestSession session =
        open(node.sessions(() -> now[0] += 500_000_000L, 1), NetworkPolicy.NONE, Optional.empty());

    assertFails(session, Code.AGENT_SILENT, "did not answer within 7 s");
  }

  @Test
  void aGuestThatStopsInTheMiddleIsGivenUp() throws Exception {
    sockets.connect(
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new SocketTimeoutException("The guest has sent nothing in time.");
          }
        });

    assertFails(open(NetworkPolicy.NONE, Optional.empty()), Code.AGENT_SILENT, "did not answer");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aVmThatEndsFirstIsNoticedByItsEnd(boolean connected) throws Exception {
    if (connected) {
      say("cloude-ag");
    } else {
      sockets.end();
    }
    GuestSession session = open(NetworkPolicy.NONE, Optional.empty());
    node.exited.complete(new VmExit(Cause.PANICKED, "why"));

    assertFails(session, Code.GUEST_PANICKED, "panicked before its agent answered: why");
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    GuestSession session = open(NetworkPolicy.NONE, Optional.empty());
    CompletableFuture<Throwable> failure =
        CompletableFuture.supplyAsync(
            () -> {
              Thread.currentThread().interrupt();
              try {
                session.run(output);
                return null;
              } catch (Exception e) {
                return e;
              }
            });

    assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    assertThat(node.registry.lastReadiness()).isEmpty();
  }

  private void say(String word) {
    sockets.connect(new ByteArrayInputStream(word.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void assertFails(GuestSession session, Code code, String words) {
    assertThatThrownBy(() -> session.run(output))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  private VmSessions sessions() {
    return node.sessions(Ticker.system(), 1);
  }

  private GuestSession open(NetworkPolicy policy, Optional<GuestAddress> address)
      throws PlatformException, InterruptedException {
    return open(sessions(), policy, address);
  }

  private static GuestSession open(
      VmSessions sessions, NetworkPolicy policy, Optional<GuestAddress> address)
      throws PlatformException, InterruptedException {
    return sessions.open(
        new Execution(
            UUID.randomUUID(),
            "python",
            List.of(),
            new byte[0],
            List.of(),
            Map.of(),
            List.of(),
            TestLimits.of(Duration.ofSeconds(20), Duration.ofSeconds(10), 1 << 20),
            policy,
            1),
        address);
  }

  private static GuestAddress address() throws IOException {
    return new GuestAddress(
        (Inet4Address) InetAddress.getByName("127.0.0.1"),
        (Inet4Address) InetAddress.getByName("127.0.0.9"),
        8);
  }
}
