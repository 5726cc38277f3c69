package dev.cloude.runtime.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.cloude.runtime.agent.AgentException.Code;
import dev.cloude.runtime.agent.FakeAgent.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AgentClientTest {
  private static final int LIMIT = 1000;
  private static final String OK_FRAMES =
      "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.cloude.frames\r\n";

  @Test
  void aResultIsPutTogether() throws Exception {
    AgentResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x10, "{\"phase\":\"run\"}"),
                FakeAgent.frame(0x01, "one "),
                FakeAgent.frame(0x20, ""),
                FakeAgent.frame(0x02, new byte[] {(byte) 0xff, 0}),
                FakeAgent.frame(0x01, "two"),
                FakeAgent.frame(0x04, "a warning of the compiler"),
                FakeAgent.end(7)));

    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(text(result.stdout())).isEqualTo("one two");
    assertThat(result.stderr()).containsExactly(0xff, 0);
    assertThat(result.run()).isEqualTo(Duration.ofNanos(12_500_000));
    assertThat(result.timedOut()).isFalse();
    assertThat(result.stdoutTruncated()).isFalse();
  }

  @Test
  void aFailingCompilersWordsAreTheOutput() throws Exception {
    AgentResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x03, "out"),
                FakeAgent.frame(0x04, "err"),
                FakeAgent.frame(0x7f, "{\"exit_code\":1,\"phase\":\"compile\",\"compile_ms\":3}")));

    assertThat(text(result.stdout())).isEqualTo("out");
    assertThat(text(result.stderr())).isEqualTo("err");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.compile()).hasMillis(3);
  }

  @Test
  void moreThanTheLimitIsCutHereToo() throws Exception {
    AgentResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x01, "x".repeat(LIMIT - 1)),
                FakeAgent.frame(0x01, "yz"),
                FakeAgent.frame(0x01, "more"),
                FakeAgent.end(0)));

    assertThat(text(result.stdout())).hasSize(LIMIT).endsWith("xy");
    assertThat(result.stdoutTruncated()).isTrue();
    assertThat(result.stderrTruncated()).isFalse();
  }

  @Test
  void anEndlessStreamIsGivenUp() throws Exception {
    byte[] frame = FakeAgent.frame(0x01, new byte[60_000]);

    assertThat(
            failure(
                out -> {
                  out.write((OK_FRAMES + "\r\n").getBytes(StandardCharsets.US_ASCII));
                  while (true) {
                    out.write(frame);
                  }
                }))
        .satisfies(e -> assertThat(e.code()).isEqualTo(Code.PROTOCOL))
        .hasMessageContaining("more than an execution can produce");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-x | PROTOCOL | not HTTP",
        "HTTP/1.0 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n<html> | PROTOCOL | not a stream",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | PROTOCOL | transfer encoding",
        "HTTP/1.0 400 Bad\\r\\n\\r\\n{\"error\":\"no run\"} | REFUSED | status 400: no run",
        "HTTP/1.0 409 Conflict\\r\\n\\r\\n{\"error\":\"other\"} | REFUSED | status 409: other",
        "HTTP/1.0 404 No\\r\\n\\r\\n<html> | REFUSED | status 404",
        "HTTP/1.0 429 Busy\\r\\n\\r\\n{\"error\":\"later\"} | BUSY | status 429: later",
        "HTTP/1.0 503 No\\r\\n\\r\\n | BUSY | status 503",
        "HTTP/1.0 200 O | TRANSPORT | ended within its head",
        "HTTP/1.0 200 OK\\r\\n | TRANSPORT | ended within its head"
      })
  void aBadAnswerIsNamed(String answer, Code code, String words) throws Exception {
    String bytes = answer.replace("\\r", "\r").replace("\\n", "\n");
    String line = answer.startsWith("SSH") ? bytes + "\r\n" : bytes;

    assertThat(failure(FakeAgent.raw(line)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void headersAreBounded() throws Exception {
    assertThat(failure(FakeAgent.raw(OK_FRAMES + "A: b\r\n".repeat(100) + "\r\n")))
        .hasMessageContaining("more than 64 header lines");
    assertThat(failure(FakeAgent.raw("HTTP/1.0 200 " + "x".repeat(100_000))))
        .hasMessageContaining("more than 4096 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | is not JSON",
        "{} | no exit code",
        "{\"exit_code\":256} | no exit code",
        "{\"exit_code\":-1} | no exit code",
        "{\"exit_code\":\"0\"} | no exit code",
        "{\"exit_code\":99999999999} | no exit code",
        "{\"exit_code\":0.5} | no exit code",
        "{\"exit_code\":0,\"error\":\"no\\u0007 shell\"} | could not run it: no  shell"
      })
  void aBadEndIsNamed(String json, String words) throws Exception {
    assertThat(failure(FakeAgent.frames(FakeAgent.frame(0x7f, json)))).hasMessageContaining(words);
  }

  @Test
  void timesThatCannotBeAreNotBelieved() throws Exception {
    AgentResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x7f, "{\"exit_code\":0,\"run_ms\":1e300,\"compile_ms\":-5}")));

    assertThat(result.run()).isZero();
    assertThat(result.compile()).isZero();
  }

  @Test
  void aStreamThatBreaksOffMayBeAskedForAgain() throws Exception {
    AgentException e = failure(FakeAgent.frames(FakeAgent.frame(0x01, "half")));

    assertThat(e.code()).isEqualTo(Code.TRANSPORT);
    assertThat(e.mayBeRepeated()).isTrue();
  }

  @Test
  void aRequestIsTheSameEveryTime() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(FakeAgent.frames(FakeAgent.end(0)))) {
      client(agent).execute(request(), seconds(30));
      client(agent).execute(request(), seconds(30));

      assertThat(agent.requests)
          .containsExactly(
              "POST /v1/executions/id-1 HTTP/1.0", "POST /v1/executions/id-1 HTTP/1.0");
      assertThat(agent.bodies.get(0))
          .isEqualTo(
              "{\"files\":[{\"path\":\"main.c\",\"content_base64\":\"/w==\"}],"
                  + "\"compile\":[\"cc\"],\"run\":[\"./main\"],\"args\":[],\"env\":{\"A\":\"b\"},"
                  + "\"stdin_base64\":\"AA==\",\"root\":true,\"compile_timeout_ms\":2000,"
                  + "\"run_timeout_ms\":3000,\"output_limit_bytes\":1000}")
          .isEqualTo(agent.bodies.get(1));
    }
  }

  @Test
  void aSlowDripDoesNotOutlastTheDeadline() throws Exception {
    // Every look at the clock takes a second; the guest sends a byte for ever.
    long[] now = new long[1];
    Ticker ticker = () -> now[0] += 1_000_000_000L;
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              while (true) {
                out.write('x');
                out.flush();
              }
            })) {
      AgentClient client = new AgentClient(agent.address(), ticker);

      assertThatThrownBy(
              () -> client.execute(request(), Deadline.after(Duration.ofSeconds(20), ticker)))
          .isInstanceOf(AgentException.class);
      assertThat(now[0]).isLessThan(Duration.ofSeconds(60).toNanos());
    }
  }

  @Test
  void aGuestThatDoesNotReadDoesNotOutlastTheDeadline() throws Exception {
    AgentRequest small = request();
    byte[] more = new byte[32 << 20];
    AgentRequest large =
        new AgentRequest(
            small.id(),
            small.fileName(),
            more,
            small.compile(),
            small.run(),
            small.env(),
            small.stdin(),
            small.root(),
            small.compileTimeout(),
            small.runTimeout(),
            small.outputLimitBytes());
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AgentClient client =
          new AgentClient((InetSocketAddress) deaf.getLocalSocketAddress(), Ticker.system());
      Deadline deadline = Deadline.after(Duration.ofMillis(200), Ticker.system());

      assertThatThrownBy(() -> client.execute(large, deadline))
          .isInstanceOfSatisfying(
              AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.TRANSPORT));
      assertThat(deadline.isOver()).isTrue();
    }
  }

  @Test
  void anAbortEndsAWaitAtOnceAndForGood() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              asked.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            })) {
      AgentClient client = client(agent);
      CompletableFuture<Throwable> failure =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  client.execute(request(), seconds(1000));
                  return null;
                } catch (AgentException e) {
                  return e;
                }
              });
      asked.await();

      client.abort();

      await().until(failure::isDone);
      assertThat(failure.join()).isInstanceOf(AgentException.class);
      assertThat(client.isHealthy(Duration.ofSeconds(1), seconds(30))).isFalse();
    }
  }

  @Test
  void healthIsAStatus() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(FakeAgent.raw(""))) {
      assertThat(client(agent).isHealthy(Duration.ofSeconds(5), seconds(30))).isTrue();
      assertThat(agent.requests).containsExactly("GET /health HTTP/1.0");
    }
    InetSocketAddress nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) socket.getLocalSocketAddress();
    }
    AgentClient client = new AgentClient(nobody, Ticker.system());
    assertThat(client.isHealthy(Duration.ofSeconds(5), seconds(30))).isFalse();
  }

  private static AgentResult execute(Answer answer) throws Exception {
    try (FakeAgent agent = FakeAgent.answering(answer)) {
      return client(agent).execute(request(), seconds(30));
    }
  }

  private static AgentException failure(Answer answer) throws Exception {
    try (FakeAgent agent = FakeAgent.answering(answer)) {
      return catchThrowableOfType(
          AgentException.class, () -> client(agent).execute(request(), seconds(30)));
    }
  }

  private static AgentClient client(FakeAgent agent) {
    return new AgentClient(agent.address(), Ticker.system());
  }

  private static Deadline seconds(int seconds) {
    return Deadline.after(Duration.ofSeconds(seconds), Ticker.system());
  }

  private static AgentRequest request() {
    return new AgentRequest(
        "id-1",
        "main.c",
        new byte[] {(byte) 0xff},
        Optional.of(List.of("cc")),
        List.of("./main"),
        Map.of("A", "b"),
        new byte[1],
        true,
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        LIMIT);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
