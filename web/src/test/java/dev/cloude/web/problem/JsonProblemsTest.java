package dev.cloude.web.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloude.api.v1.BatchSpec;
import dev.cloude.api.v1.JobSpec;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProblemsTest {

  private static ProblemException refused(byte[] body, Class<?> type) {
    return catchThrowableOfType(ProblemException.class, () -> JsonProblems.read(body, type));
  }

  private static ProblemException refused(String body) {
    return refused(body.getBytes(StandardCharsets.UTF_8), JobSpec.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "{",
        "[]",
        "\"python\"",
        "1",
        "true",
        "{\"language\":\"a\",\"language\":\"b\"}",
        "{\"env\":{\"A\":\"1\",\"A\":\"2\"}}",
        "{\"language\":\"x\"} {}",
        "{\"language\":\"x\"}}",
        "{'language':'x'}",
        "{\"language\":\"x\",}",
        "{\"language\":\"a\nb\"}",
        "{\"vcpus\":NaN}",
        "{\"vcpus\":01}",
        "{\"vcpus\":11111111111111111111111111111111111}",
        "// comment\n{}",
        "\ufeff{}"
      })
  void whatIsNotOneJsonObjectIsMalformed(String body) {
    ProblemException refused = refused(body);

    assertThat(refused).isNotNull();
    assertThat(refused.problem().type()).isEqualTo("/problems/malformed-json");
    assertThat(refused.problem().body().status()).isEqualTo(400);
    assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception", "jackson");
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    assertThat(refused(new byte[] {'{', '"', (byte) 0xff, '"', '}'}, JobSpec.class))
        .hasMessageContaining("UTF-8");
    assertThat(refused("{}".getBytes(StandardCharsets.UTF_16BE), JobSpec.class)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"files\":", "{\"env\":{\"A\":", "{\"color\":"})
  void whatIsNestedDeeplyIsRefusedAtOnce(String before) {
    assertThat(refused(before + "[".repeat(1_000_000))).isNotNull();
    assertThat(refused(before + "{\"a\":".repeat(100_000))).isNotNull();
  }

  static Stream<Arguments> wrongFields() {
    return Stream.of(
        Arguments.of("{\"color\":1}", "color"),
        Arguments.of("{\"Language\":\"x\"}", "Language"),
        Arguments.of("{\"limits\":{\"wall\":1}}", "limits.wall"),
        Arguments.of("{\"files\":[{\"path\":\"a\",\"mode\":1}]}", "files[0].mode"),
        Arguments.of("{\"language\":1}", "language"),
        Arguments.of("{\"language\":true}", "language"),
        Arguments.of("{\"language\":[\"x\"]}", "language"),
        Arguments.of("{\"source\":{}}", "source"),
        Arguments.of("{\"files\":{}}", "files"),
        Arguments.of("{\"files\":\"main.py\"}", "files"),
        Arguments.of("{\"files\":[\"main.py\"]}", "files[0]"),
        Arguments.of("{\"args\":\"-v\"}", "args"),
        Arguments.of("{\"args\":[1]}", "args[0]"),
        Arguments.of("{\"env\":[]}", "env"),
        Arguments.of("{\"env\":{\"A\":1}}", "env.A"),
        Arguments.of("{\"limits\":1}", "limits"),
        Arguments.of("{\"limits\":\"\"}", "limits"),
        Arguments.of("{\"limits\":{\"run_wall_ms\":\"5\"}}", "limits.run_wall_ms"),
        Arguments.of("{\"limits\":{\"run_wall_ms\":1.5}}", "limits.run_wall_ms"),
        Arguments.of("{\"limits\":{\"run_wall_ms\":1e3}}", "limits.run_wall_ms"),
        Arguments.of("{\"limits\":{\"run_wall_ms\":true}}", "limits.run_wall_ms"),
        Arguments.of("{\"limits\":{\"processes\":2147483648}}", "limits.processes"),
        Arguments.of("{\"limits\":{\"cpu_ms\":9223372036854775808}}", "limits.cpu_ms"),
        Arguments.of("{\"vcpus\":\"1\"}", "vcpus"),
        Arguments.of("{\"vcpus\":1.0}", "vcpus"));
  }

  @ParameterizedTest
  @MethodSource("wrongFields")
  void aFieldThatIsUnknownOrOfAnotherTypeIsNamed(String body, String field) {
    ProblemException refused = refused(body);

    assertThat(refused).isNotNull();
    assertThat(refused.problem().type()).isEqualTo("/problems/invalid-field");
    assertThat(refused.problem().body().status()).isEqualTo(422);
    assertThat(refused.problem().body().field()).isEqualTo(field);
    assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception", "jackson", "java.");
  }

  @Test
  void anUnknownFieldIsAnsweredWithTheKnownOnes() {
    assertThat(refused("{\"limits\":{\"wall\":1}}")).hasMessageContaining("run_wall_ms");
  }

  @Test
  void fieldsOfABatchHaveTheirPlace() {
    ProblemException refused =
        refused(
            "{\"jobs\":[{},{\"args\":[null,2]}]}".getBytes(StandardCharsets.UTF_8),
            BatchSpec.class);

    assertThat(refused.problem().body().field()).isEqualTo("jobs[1].args[1]");
  }

  @Test
  void whatAClientWroteIsShownOnOneLineAndCut() {
    assertThat(Quoted.of("a\n\u202eb")).isEqualTo("\"a\ufffd\ufffdb\"");
    assertThat(Quoted.of("x".repeat(10_000))).hasSize(123);
  }
}
