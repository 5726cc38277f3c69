package dev.cloude.runtime.agent;

import static dev.cloude.runtime.job.OutputStreamName.COMPILE_STDERR;
import static dev.cloude.runtime.job.OutputStreamName.COMPILE_STDOUT;
import static dev.cloude.runtime.job.OutputStreamName.STDERR;
import static dev.cloude.runtime.job.OutputStreamName.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.cloude.runtime.agent.AgentException.Code;
import dev.cloude.runtime.agent.FakeAgent.Answer;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.job.StreamTotal;
import dev.cloude.runtime.job.TestLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  private final RecordedOutput output = new RecordedOutput();

  @Test
  void outputIsPassedOnAndTheEndReported() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x10, "{\"phase\":\"compile\"}"),
                FakeAgent.frame(0x04, "a warning"),
                FakeAgent.frame(0x10, "{\"phase\":\"run\"}"),
                FakeAgent.frame(0x01, "one "),
                FakeAgent.frame(0x20, ""),
                FakeAgent.frame(0x02, new byte[] {(byte) 0xff, 0}),
                FakeAgent.frame(0x01, "two"),
                FakeAgent.end(7)));

    ProcessEnd program = result.program().orElseThrow();
    assertThat(program.exitCode()).isEqualTo(7);
    assertThat(program.wall()).isEqualTo(Duration.ofNanos(12_500_000));
    assertThat(program.limit()).isEmpty();
    assertThat(program.signal()).isEmpty();
    assertThat(output.text(STDOUT)).isEqualTo("one two");
    assertThat(output.bytes(STDERR)).containsExactly(0xff, 0);
    assertThat(output.text(COMPILE_STDERR)).isEqualTo("a warning");
    assertThat(output.phases).containsExactly(ExecutionPhase.COMPILE, ExecutionPhase.RUN);
    assertThat(result.total(STDOUT)).isEqualTo(new StreamTotal(7, false));
    assertThat(result.total(STDERR)).isEqualTo(new StreamTotal(2, false));
  }

  @Test
  void aFailingCompilersEndIsItsOwn() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x03, "out"),
                FakeAgent.frame(
                    0x7f,
                    "{\"exit_code\":1,\"phase\":\"compile\",\"compile_ms\":3,"
                        + "\"stdout_truncated\":true}")));

    assertThat(result.program()).isEmpty();
    assertThat(result.compile().orElseThrow().exitCode()).isEqualTo(1);
    assertThat(result.compile().orElseThrow().wall()).hasMillis(3);
    assertThat(output.text(COMPILE_STDOUT)).isEqualTo("out");
    assertThat(result.total(COMPILE_STDOUT).truncated()).isTrue();
    assertThat(result.total(STDOUT).truncated()).isFalse();
  }

  @Test
  void everythingThatAnAgentMeasuresIsTaken() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(
                    0x7f,
                    """
                    {"exit_code":137,"signal":9,"phase":"run","limit":"memory","run_ms":5,
                     "cpu_ms":4.5,"peak_memory_bytes":123,"compile_ms":7,"compile_exit_code":0,
                     "compile_cpu_ms":6,"compile_peak_memory_bytes":456,"stdout_bytes":5000,
                     "stderr_bytes":1,"compile_stderr_bytes":3,"compile_stderr_truncated":true}
                    """)));

    assertThat(result.program())
        .contains(
            new ProcessEnd(
                137,
                OptionalInt.of(9),
                Optional.of(ReachedLimit.MEMORY),
                Duration.ofMillis(5),
                Optional.of(Duration.ofNanos(4_500_000)),
                OptionalLong.of(123)));
    assertThat(result.compile())
        .contains(
            new ProcessEnd(
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Duration.ofMillis(7),
                Optional.of(Duration.ofMillis(6)),
                OptionalLong.of(456)));
    assertThat(result.total(STDOUT)).isEqualTo(new StreamTotal(5000, true));
    assertThat(result.total(COMPILE_STDERR)).isEqualTo(new StreamTotal(3, true));
  }

  @ParameterizedTest
  @CsvSource({"wall,WALL", "cpu,CPU", "processes,PROCESSES", "file_size,FILE_SIZE", "disk,DISK"})
  void limitsHaveTheAgentsNames(String name, ReachedLimit limit) throws Exception {
    String end = "{\"exit_code\":137,\"phase\":\"run\",\"limit\":\"%s\"}".formatted(name);

    assertThat(
            execute(FakeAgent.frames(FakeAgent.frame(0x7f, end))).program().orElseThrow().limit())
        .contains(limit);
  }

  @Test
  void valuesThatCannotBeAreLeftOut() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(
                    0x7f,
                    """
                    {"exit_code":0,"signal":65,"phase":"run","limit":"patience","run_ms":1e300,
                     "cpu_ms":-1,"peak_memory_bytes":1e30,"compile_ms":-5,"compile_exit_code":256,
                     "stdout_bytes":-7,"stderr_bytes":99999999999999999999,"timed_out":"x"}
                    """)));

    assertThat(result.program())
        .contains(
            new ProcessEnd(
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                OptionalLong.empty()));
    assertThat(result.compile()).isEmpty();
    assertThat(result.total(STDOUT)).isEqualTo(StreamTotal.NOTHING);
    assertThat(result.total(STDERR)).isEqualTo(StreamTotal.NOTHING);
  }

  @Test
  void moreThanTheLimitIsCutHereToo() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x01, "x".repeat(LIMIT - 1)),
                FakeAgent.frame(0x01, "yz"),
                FakeAgent.frame(0x01, "more"),
                FakeAgent.end(0)));

    assertThat(output.text(STDOUT)).hasSize(LIMIT).endsWith("xy");
    assertThat(result.total(STDOUT)).isEqualTo(new StreamTotal(LIMIT + 5, true));
    assertThat(result.total(STDERR).truncated()).isFalse();
  }

  @Test
  void whoAttachesAgainHearsNothingTwiceAndRunsNothingTwice() throws Exception {
    try (FakeAgent agent =
        FakeAgent.answering(
            FakeAgent.frames(
                FakeAgent.frame(0x10, "{\"phase\":\"run\"}"),
                FakeAgent.frame(0x01, "abc"),
                FakeAgent.frame(0x02, "x")),
            FakeAgent.frames(
                FakeAgent.frame(0x10, "{\"phase\":\"run\"}"),
                FakeAgent.frame(0x01, "a"),
                FakeAgent.frame(0x01, "bcd"),
                FakeAgent.frame(0x02, "xy"),
                FakeAgent.end(0)))) {
      OutputRelay relay = new OutputRelay(LIMIT, output);
      List<ExecutionPhase> begun = new ArrayList<>();
      assertThatThrownBy(() -> client(agent).execute(request(), relay, seconds(30), begun::add))
          .isInstanceOf(AgentException.class);

      ExecutionResult result = client(agent).execute(request(), relay, seconds(30), begun::add);

      assertThat(output.text(STDOUT)).isEqualTo("abcd");
      assertThat(output.text(STDERR)).isEqualTo("xy");
      assertThat(result.total(STDOUT)).isEqualTo(new StreamTotal(4, false));
      assertThat(begun).containsExactly(ExecutionPhase.RUN);
      assertThat(agent.requests)
          .containsExactly("POST /v1/executions/id-1 HTTP/1.0", "GET /v1/executions/id-1 HTTP/1.0");
    }
  }

  @Test
  void anAgentThatForgotAnExecutionIsNotAskedToRunIt() throws Exception {
    try (FakeAgent agent =
        FakeAgent.answering(
            FakeAgent.frames(FakeAgent.frame(0x01, "half")),
            FakeAgent.raw("HTTP/1.0 404 No\r\n\r\n{\"error\":\"unknown\"}"))) {
      OutputRelay relay = new OutputRelay(LIMIT, output);
      assertThatThrownBy(() -> client(agent).execute(request(), relay, seconds(30), phase -> {}))
          .isInstanceOf(AgentException.class);

      assertThatThrownBy(() -> client(agent).execute(request(), relay, seconds(30), phase -> {}))
          .isInstanceOfSatisfying(
              AgentException.class,
              e -> {
                assertThat(e.code()).isEqualTo(Code.FORGOTTEN);
                assertThat(e.mayBeRepeated()).isFalse();
              });
    }
  }

  @Test
  void aPhaseMovesTheDeadline() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (FakeAgent agent =
        FakeAgent.answering(
            out -> {
              FakeAgent.frames(FakeAgent.frame(0x10, "{\"phase\":\"run\"}")).write(out);
              out.flush();
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            })) {
      Deadline deadline = seconds(1000);

      assertThatThrownBy(
              () ->
                  client(agent)
                      .execute(
                          request(),
                          new OutputRelay(LIMIT, output),
                          deadline,
                          phase -> deadline.set(Duration.ofMillis(100))))
          .isInstanceOf(AgentException.class);
      assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
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
        "{\"exit_code\":0.5} | no exit code"
      })
  void aBadEndIsNamed(String json, String words) throws Exception {
    assertThat(failure(FakeAgent.frames(FakeAgent.frame(0x7f, json)))).hasMessageContaining(words);
  }

  @Test
  void whatAnAgentCouldNotRunItSays() throws Exception {
    ExecutionResult result =
        execute(
            FakeAgent.frames(
                FakeAgent.frame(0x7f, "{\"exit_code\":127,\"error\":\"no\\u0007 shell\"}")));

    assertThat(result.error()).contains("no  shell");
    assertThat(result.program().orElseThrow().exitCode()).isEqualTo(127);
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
      run(agent);
      run(agent);

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
  void limitsAreSentWhenTheyAreSet() {
    AgentRequest all =
        new AgentRequest(
            "id-1",
            List.of(new SourceFile("main.c", new byte[0]), new SourceFile("lib/a.h", new byte[1])),
            Optional.of(List.of("cc")),
            List.of("-O2"),
            List.of("./main"),
            List.of("x y"),
            Map.of(),
            new byte[0],
            false,
            TestLimits.every());

    assertThat(new String(all.toJson(), StandardCharsets.UTF_8))
        .contains("\"path\":\"lib/a.h\",\"content_base64\":\"AA==\"")
        .contains("\"compile\":[\"cc\"],\"compile_args\":[\"-O2\"]")
        .contains("\"args\":[\"x y\"]")
        .endsWith(
            ",\"cpu_timeout_ms\":1500,\"memory_limit_bytes\":67108864,\"process_limit\":10,"
                + "\"file_size_limit_bytes\":4096,\"disk_limit_bytes\":8192}");
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
      AgentClient client = new AgentClient(new TcpChannel(agent.address()), ticker);

      assertThatThrownBy(
              () ->
                  client.execute(
                      request(),
                      new OutputRelay(LIMIT, output),
                      Deadline.after(Duration.ofSeconds(20), ticker),
                      phase -> {}))
          .isInstanceOf(AgentException.class);
      assertThat(now[0]).isLessThan(Duration.ofSeconds(60).toNanos());
    }
  }

  @Test
  void aGuestThatDoesNotReadDoesNotOutlastTheDeadline() throws Exception {
    AgentRequest large = request(new byte[32 << 20]);
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AgentClient client =
          new AgentClient(
              new TcpChannel((InetSocketAddress) deaf.getLocalSocketAddress()), Ticker.system());
      Deadline deadline = Deadline.after(Duration.ofMillis(200), Ticker.system());

      assertThatThrownBy(
              () -> client.execute(large, new OutputRelay(LIMIT, output), deadline, phase -> {}))
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
                  client.execute(
                      request(), new OutputRelay(LIMIT, output), seconds(1000), phase -> {});
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
    AgentClient client = new AgentClient(new TcpChannel(nobody), Ticker.system());
    assertThat(client.isHealthy(Duration.ofSeconds(5), seconds(30))).isFalse();
  }

  private ExecutionResult execute(Answer answer) throws Exception {
    try (FakeAgent agent = FakeAgent.answering(answer)) {
      return run(agent);
    }
  }

  private ExecutionResult run(FakeAgent agent) throws AgentException {
    return client(agent)
        .execute(request(), new OutputRelay(LIMIT, output), seconds(30), phase -> {});
  }

  private AgentException failure(Answer answer) throws Exception {
    try (FakeAgent agent = FakeAgent.answering(answer)) {
      return catchThrowableOfType(AgentException.class, () -> run(agent));
    }
  }

  private static AgentClient client(FakeAgent agent) {
    return new AgentClient(new TcpChannel(agent.address()), Ticker.system());
  }

  private static Deadline seconds(int seconds) {
    return Deadline.after(Duration.ofSeconds(seconds), Ticker.system());
  }

  private static AgentRequest request() {
    return request(new byte[] {(byte) 0xff});
  }

  private static AgentRequest request(byte[] source) {
    return new AgentRequest(
        "id-1",
        List.of(new SourceFile("main.c", source)),
        Optional.of(List.of("cc")),
        List.of(),
        List.of("./main"),
        List.of(),
        Map.of("A", "b"),
        new byte[1],
        true,
        TestLimits.of(Duration.ofSeconds(2), Duration.ofSeconds(3), LIMIT));
  }
}
