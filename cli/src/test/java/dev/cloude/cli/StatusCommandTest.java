package dev.cloude.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusCommandTest {
  private FakeBackend backend;

  @BeforeEach
  void start() throws IOException {
    backend = new FakeBackend();
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private CommandRun status(String... more) {
    String[] args = {"status", "a-1", "--backend", backend.url() + "/"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  @Test
  void printsAFinishedJob() {
    backend.answers(200, "{\"id\":\"a-1\",\"status\":\"done\",\"exit_code\":7,\"stdout\":\"x\"}");
    CommandRun run = status();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("Job ID: a-1\nStatus: done\nExit code: 7\n");
    assertThat(backend.requests()).containsExactly("GET /status/a-1 ");
  }

  @Test
  void printsARunningJob() {
    backend.answers(200, "{\"id\":\"a-1\",\"status\":\"running\",\"exit_code\":null}");
    assertThat(status("--timings").out()).isEqualTo("Job ID: a-1\nStatus: running\n");
  }

  @Test
  void printsWhereTheTimeWentInTheServersOrder() {
    backend.answers(
        200,
        "{\"id\":\"a-1\",\"status\":\"done\",\"exit_code\":0,"
            + "\"timings_ms\":{\"vm_created\":12.25,\"agent_ready\":1000,\"run\":0.5}}");
    assertThat(status("--timings").out())
        .isEqualTo(
            "Job ID: a-1\nStatus: done\nExit code: 0\n"
                + "vm_created        12.3 ms\n"
                + "agent_ready     1000.0 ms\n"
                + "run                0.5 ms\n");
  }

  @Test
  void fieldsOfALaterVersionAreSkipped() {
    backend.answers(
        200,
        "{\"labels\":{\"a\":[1,{}]},\"id\":\"a-1\",\"status\":\"done\",\"exit_code\":0,"
            + "\"timings_ms\":{\"run\":1,\"detail\":{\"x\":2},\"none\":null}}");
    assertThat(status("--timings").out())
        .isEqualTo("Job ID: a-1\nStatus: done\nExit code: 0\nrun                1.0 ms\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"a-1\"}",
        "{\"id\":\"a-1\",\"status\":\"done\",\"exit_code\":\"x\"}",
        "{\"id\":"
      })
  void answerThatIsNoStatusIsNamed(String body) {
    backend.answers(200, body);
    CommandRun run = status();
    assertThat(run.exitCode()).isEqualTo(125);
    assertThat(run.err()).contains("not Cloude's");
  }

  @Test
  void unknownJobIsBadUsage() {
    backend.answers(404, "{\"error\":\"Job a-1 not found\"}");
    CommandRun run = status();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("Job a-1 not found\n");
  }
}
