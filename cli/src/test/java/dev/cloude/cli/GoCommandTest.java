package dev.cloude.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoCommandTest {
  private static final String ID = "0b0e4c5e-8f3a-4a51-9a53-1c1d5f0c8f4e";
  private static final String CREATED = "{\"id\":\"" + ID + "\"}";
  private static final String PENDING =
      "{\"id\":\"" + ID + "\",\"status\":\"pending\",\"exit_code\":null}";

  @TempDir private Path folder;
  private FakeBackend backend;
  private Path source;

  @BeforeEach
  void start() throws IOException {
    backend = new FakeBackend();
    source = Files.writeString(folder.resolve("main.py"), " print(1)\r\n\t\n");
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private static String done(int exitCode, String stdout, String stderr, String more) {
    return "{\"id\":\"%s\",\"status\":\"done\",\"exit_code\":%d,\"stdout\":\"%s\",\"stderr\":\"%s\"%s}"
        .formatted(ID, exitCode, stdout, stderr, more);
  }

  private CommandRun go(String... more) {
    String[] args = {
      "go", "--backend", backend.url(), "--language", "Py", "--file", source.toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  @Test
  void printsWhatTheProgramWroteAndExitsAsItDid() {
    backend
        .answers(202, CREATED)
        .answers(200, PENDING)
        .answers(200, done(7, "out\\n", "err\\n", ",\"new_field\":1"));

    CommandRun run = go();

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEqualTo("Status: done\nExit code: 7\nout\n");
    assertThat(run.err()).isEqualTo("Job ID: " + ID + "\nerr\n");
    assertThat(backend.requests().get(1)).startsWith("GET /status/" + ID);
  }

  @Test
  void sendsTheSourceUnchangedAndNoStdinUnlessGiven() throws IOException {
    backend.answers(202, CREATED).answers(200, done(0, "", "", ""));

    assertThat(go().exitCode()).isZero();

    assertThat(backend.requests().get(0))
        .isEqualTo("POST /run {\"language\":\"Py\",\"code\":\" print(1)\\r\\n\\t\\n\"}");
  }

  @Test
  void sendsStdin() throws IOException {
    backend.answers(202, CREATED).answers(200, done(0, "", "", ""));
    Path input = Files.writeString(folder.resolve("in"), "ä\n");

    assertThat(go("--stdin", input.toString()).exitCode()).isZero();

    assertThat(backend.requests().get(0)).contains("\"stdin\":\"ä\\n\"");
  }

  @Test
  void writesBytesThatAreNotUtf8AsTheyAre() {
    backend
        .answers(202, CREATED)
        .answers(
            200,
            done(
                0, "\\ufffd", "\\ufffd", ",\"stdout_base64\":\"/wAK\",\"stderr_base64\":\"gA==\""));

    CommandRun run = go();

    assertThat(run.outBytes())
        .endsWith((byte) '\n', (byte) 0xff, (byte) 0, (byte) '\n')
        .startsWith("Status: done\nExit code: 0\n".getBytes(StandardCharsets.UTF_8));
    assertThat(run.errBytes()).endsWith((byte) 0x80);
  }

  @Test
  void saysWhyAProgramWasKilled() {
    backend
        .answers(202, CREATED)
        .answers(200, done(124, "partial", "", ",\"timed_out\":true,\"truncated\":true"));

    CommandRun run = go();

    assertThat(run.exitCode()).isEqualTo(124);
    assertThat(run.out())
        .isEqualTo("Status: done\nExit code: 124\nTimed out: true\nTruncated: true\npartial");
  }

  @Test
  void noWaitOnlyPrintsTheId() {
    backend.answers(202, CREATED);

    CommandRun run = go("--no-wait");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(ID + "\n");
    assertThat(run.err()).isEmpty();
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void pausesGrowFromShortToHalfASecond() {
    backend.answers(202, CREATED);
    for (int i = 0; i < 25; i++) {
      backend.answers(200, PENDING);
    }
    backend.answers(200, done(0, "", "", ""));

    CommandRun run = go();

    assertThat(run.pauses()).hasSize(25).isSorted();
    assertThat(run.pauses().get(0)).hasMillis(20);
    assertThat(run.pauses().get(24)).hasMillis(500);
  }

  @Test
  void platformErrorIsNotTheProgramsFault() {
    backend
        .answers(202, CREATED)
        .answers(
            200, "{\"id\":\"" + ID + "\",\"status\":\"error\",\"stderr\":\"The guest panicked.\"}");

    CommandRun run = go();

    assertThat(run.exitCode()).isEqualTo(125);
    assertThat(run.out()).isEqualTo("Status: error\n");
    assertThat(run.err()).endsWith("The guest panicked.");
  }

  @Test
  void serverThatIsSilentForAWhileIsAskedAgain() {
    backend.answers(202, CREATED).saysNothing().saysNothing().answers(200, done(3, "", "", ""));

    assertThat(go().exitCode()).isEqualTo(3);
  }

  @Test
  void serverThatStaysSilentIsGivenUp() {
    backend.answers(202, CREATED).saysNothing();

    CommandRun run = go();

    assertThat(run.exitCode()).isEqualTo(125);
    assertThat(run.err()).contains("cannot be reached").contains("status " + ID);
    assertThat(run.pauses()).hasSize(JobWait.MAX_SILENCE - 1);
  }

  @Test
  void serversRefusalIsBadUsage() {
    backend.answers(400, "{\"error\":\"Unsupported language: Py. Supported languages: c\"}");

    CommandRun run = go();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("Unsupported language: Py. Supported languages: c\n");
  }

  @Test
  void serversFailureIsAPlatformError() {
    for (int status : new int[] {429, 500, 503}) {
      backend.answers(status, "{\"error\":\"Busy.\"}").answers(status, "{\"error\":\"Busy.\"}");
      CommandRun run = go();
      assertThat(run.exitCode()).isEqualTo(125);
      assertThat(run.err()).isEqualTo("Busy.\n");
    }
  }

  @Test
  void somethingElseThatAnswersIsNamed() {
    for (String body : new String[] {"<html>", "", "null", "[]", "{}", "{\"id\":"}) {
      try (FakeBackend other = new FakeBackend()) {
        other.answers(200, body);
        CommandRun run =
            CommandRun.of(
                "go", "--backend", other.url(), "--language", "c", "--file", source.toString());
        assertThat(run.exitCode()).isEqualTo(125);
        assertThat(run.err()).contains("answered 200 with a body that is not Cloude's");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void redirectsAreNotFollowed() {
    backend.answers(302, "");

    assertThat(go().exitCode()).isEqualTo(125);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void submissionIsNotRepeatedWhenNoAnswerComes() {
    backend.saysNothing();

    assertThat(go().exitCode()).isEqualTo(125);
    assertThat(backend.requests()).hasSize(1);
  }
}
