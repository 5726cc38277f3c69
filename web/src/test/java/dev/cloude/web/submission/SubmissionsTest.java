package dev.cloude.web.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloude.api.v1.BatchSpec;
import dev.cloude.api.v1.JobSpec;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.web.problem.JsonProblems;
import dev.cloude.web.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionsTest {
  private static final String CATALOGUE =
      """
      {"python": {"version": "3.11.2", "aliases": ["py"], "base_image": "python:3.11-alpine"},
       "c": {"version": "12", "base_image": "gcc:12"}}
      """;

  private final Languages languages = new Languages(catalogue());

  private static Catalogue catalogue() {
    try {
      return Catalogue.parse(CATALOGUE.getBytes(StandardCharsets.UTF_8), "the test");
    } catch (CatalogueException e) {
      throw new AssertionError(e);
    }
  }

  private NewJob job(String json) {
    return new Submissions(languages, "10.0.0.1", "key-1").job(spec(json, JobSpec.class));
  }

  private static <T> T spec(String json, Class<T> type) {
    return JsonProblems.read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  @Test
  void theLeastIsALanguageAndASource() {
    NewJob job = job("{\"language\":\"python\",\"source\":\"print('é')\\r\\n\"}");

    assertThat(job.language()).isEqualTo("python");
    assertThat(job.version()).isEmpty();
    assertThat(job.files()).hasSize(1);
    assertThat(job.files().get(0).path()).isEmpty();
    assertThat(job.files().get(0).content())
        .isEqualTo("print('é')\r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(job.stdin()).isEmpty();
    assertThat(job.expectedOutput()).isEmpty();
    assertThat(job.network()).isEmpty();
    assertThat(job.vcpus()).isEmpty();
    assertThat(job.client()).isEqualTo("10.0.0.1");
    assertThat(job.idempotencyKey()).contains("key-1");
  }

  @Test
  void everythingIsPassedOn() {
    NewJob job =
        job(
            """
            {"language": "c@>=11", "source": "int main;",
             "files": [{"path": "lib/a.h", "content": "x"}, {"path": "b", "content_base64": "AP8="}],
             "stdin_base64": "/w==", "args": ["-v", ""], "env": {"A": "1"},
             "compiler_flags": ["-O2"],
             "limits": {"compile_wall_ms": 1, "run_wall_ms": 2, "cpu_ms": 3, "memory_bytes": 4,
                        "processes": 5, "output_bytes": 6, "file_size_bytes": 7, "disk_bytes": 8},
             "network": "nat", "vcpus": 2, "labels": {"team": "blue"}, "expected_output": "ok\\n"}
            """);

    assertThat(job.language()).isEqualTo("c");
    assertThat(job.version()).contains(">=11");
    assertThat(job.files()).extracting(SourceFile::path).containsExactly("", "lib/a.h", "b");
    assertThat(job.files().get(2).content()).containsExactly(0, 0xff);
    assertThat(job.stdin()).containsExactly(0xff);
    assertThat(job.args()).containsExactly("-v", "");
    assertThat(job.env()).isEqualTo(Map.of("A", "1"));
    assertThat(job.compilerFlags()).containsExactly("-O2");
    assertThat(job.limits().compileWall()).contains(Duration.ofMillis(1));
    assertThat(job.limits().runWall()).contains(Duration.ofMillis(2));
    assertThat(job.limits().cpu()).contains(Duration.ofMillis(3));
    assertThat(job.limits().memoryBytes()).isEqualTo(OptionalLong.of(4));
    assertThat(job.limits().processes()).isEqualTo(OptionalInt.of(5));
    assertThat(job.limits().outputBytes()).isEqualTo(OptionalInt.of(6));
    assertThat(job.limits().fileSizeBytes()).isEqualTo(OptionalLong.of(7));
    assertThat(job.limits().diskBytes()).isEqualTo(OptionalLong.of(8));
    assertThat(job.network()).contains(NetworkPolicy.NAT);
    assertThat(job.vcpus()).isEqualTo(OptionalInt.of(2));
    assertThat(job.labels()).isEqualTo(Map.of("team", "blue"));
    assertThat(job.expectedOutput()).contains("ok\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theMainFileMayBeAmongTheFiles() {
    NewJob job = job("{\"language\":\"py\",\"files\":[{\"path\":\"main.py\",\"content\":\"1\"}]}");

    assertThat(job.files()).extracting(SourceFile::path).containsExactly("main.py");
  }

  @ParameterizedTest
  @CsvSource({
    "python,",
    "' PY ',",
    "python@3.11.2,3.11.2",
    "python@3.11,3.11",
    "python@3,3",
    "python@=3.11,=3.11",
    "python@^3,^3",
    "python@^3.9,^3.9",
    "python@~3.11,~3.11",
    "python@~3.11.1,~3.11.1",
    "python@>=3,>=3",
    "python@>=3.11.2,>=3.11.2",
    "python@*,*",
    "PY@ ^3 ,^3",
    "c@12,12",
    "c@^12,^12"
  })
  void languagesHaveVersionsAndRanges(String asWritten, String version) {
    NewJob job = job("{\"language\":\"%s\",\"source\":\"x\"}".formatted(asWritten));

    assertThat(job.version()).isEqualTo(Optional.ofNullable(version));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python@2", "python@3.1", "python@3.11.1", "python@^4", "python@^3.12", "python@~3.10",
        "python@~3.11.3", "python@>=4", "python@", "python@x", "python@3.*", "python@>3",
        "python@^3 ^4", "python@@3", "python@1.2.3.4.5", "c@^11"
      })
  void aVersionThatIsNotThereIsRefusedWithTheOneThatIs(String asWritten) {
    ProblemException refused =
        refused("{\"language\":\"%s\",\"source\":\"x\"}".formatted(asWritten));

    assertThat(refused.problem().type()).isEqualTo("/problems/unsupported-language");
    assertThat(refused.problem().body().field()).isEqualTo("language");
    assertThat(refused).hasMessageContaining(asWritten.startsWith("c") ? "12" : "3.11.2");
  }

  private ProblemException refused(String json) {
    return catchThrowableOfType(ProblemException.class, () -> job(json));
  }

  static Stream<Arguments> badJobs() {
    String main = "\"language\":\"python\",\"source\":\"x\",";
    String files = "\"language\":\"python\",\"files\":";
    return Stream.of(
        Arguments.of("{}", "language"),
        Arguments.of("{\"language\":null,\"source\":\"x\"}", "language"),
        Arguments.of("{\"language\":\"cobol\",\"source\":\"x\"}", "language"),
        Arguments.of("{\"language\":\"\",\"source\":\"x\"}", "language"),
        Arguments.of(
            "{\"language\":\"%s\",\"source\":\"x\"}".formatted("p".repeat(129)), "language"),
        Arguments.of("{\"language\":\"python\"}", "source"),
        Arguments.of("{\"language\":\"python\",\"source\":\"a\\ud83d\"}", "source"),
        Arguments.of("{" + files + "[]}", "source"),
        Arguments.of("{" + files + "[null]}", "files[0]"),
        Arguments.of("{" + files + "[{}]}", "files[0].path"),
        Arguments.of("{" + files + "[{\"path\":\"a\",\"content\":\"\"}]}", "files"),
        Arguments.of("{" + main + "\"files\":[{\"path\":\"a\"}]}", "files[0].content"),
        Arguments.of(
            "{" + main + "\"files\":[{\"path\":\"a\",\"content\":\"\",\"content_base64\":\"\"}]}",
            "files[0].content"),
        Arguments.of(
            "{" + main + "\"files\":[{\"path\":\"a\",\"content_base64\":\"?\"}]}",
            "files[0].content_base64"),
        Arguments.of(path("", main), "files[0].path"),
        Arguments.of(path("/etc/passwd", main), "files[0].path"),
        Arguments.of(path("../x", main), "files[0].path"),
        Arguments.of(path("a/../x", main), "files[0].path"),
        Arguments.of(path("a/./x", main), "files[0].path"),
        Arguments.of(path("a//x", main), "files[0].path"),
        Arguments.of(path("a/", main), "files[0].path"),
        Arguments.of(path("a\\u0000b", main), "files[0].path"),
        Arguments.of(path("\\ud800", main), "files[0].path"),
        Arguments.of(path("a".repeat(256), main), "files[0].path"),
        Arguments.of(path("a/".repeat(512) + "b", main), "files[0].path"),
        Arguments.of(path("main.py", main), "files[0].path"),
        Arguments.of(path("main.py/x", main), "files"),
        Arguments.of("{" + main + "\"stdin\":\"a\",\"stdin_base64\":\"YQ==\"}", "stdin"),
        Arguments.of("{" + main + "\"stdin_base64\":\"a b\"}", "stdin_base64"),
        Arguments.of("{" + main + "\"args\":[null]}", "args[0]"),
        Arguments.of("{" + main + "\"args\":[\"\\u0000\"]}", "args[0]"),
        Arguments.of("{" + main + "\"args\":[\"a\",\"\\udc00\"]}", "args[1]"),
        Arguments.of("{" + main + "\"args\":[\"" + "a".repeat(65_537) + "\"]}", "args[0]"),
        Arguments.of("{" + main + "\"args\":[" + "\"\",".repeat(4096) + "\"\"]}", "args"),
        Arguments.of(
            "{" + main + "\"args\":[" + ("\"" + "a".repeat(65_536) + "\",").repeat(16) + "\"\"]}",
            "args[15]"),
        Arguments.of("{" + main + "\"env\":{\"\":\"1\"}}", "env"),
        Arguments.of("{" + main + "\"env\":{\"A=B\":\"1\"}}", "env"),
        Arguments.of("{" + main + "\"env\":{\"A\\u0000\":\"1\"}}", "env"),
        Arguments.of("{" + main + "\"env\":{\"A\":null}}", "env.\"A\""),
        Arguments.of("{" + main + "\"compiler_flags\":[\"-O2\"]}", "compiler_flags"),
        Arguments.of("{" + main + "\"network\":\"NAT\"}", "network"),
        Arguments.of("{" + main + "\"network\":\"all\"}", "network"),
        Arguments.of("{" + main + "\"labels\":{\"\":\"1\"}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{\"a b\":\"1\"}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{\"" + "a".repeat(65) + "\":\"1\"}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{\"a\":null}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{\"a\":\"\\n\"}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{\"a\":\"" + "v".repeat(257) + "\"}}", "labels"),
        Arguments.of("{" + main + "\"labels\":{" + manyLabels() + "}}", "labels"),
        Arguments.of(
            "{" + main + "\"expected_output\":\"\",\"expected_output_base64\":\"\"}",
            "expected_output"));
  }

  private static String path(String path, String main) {
    return "{" + main + "\"files\":[{\"path\":\"" + path + "\",\"content\":\"\"}]}";
  }

  private static String manyLabels() {
    StringBuilder labels = new StringBuilder("\"l0\":\"\"");
    for (int i = 1; i <= 32; i++) {
      labels.append(",\"l").append(i).append("\":\"\"");
    }
    return labels.toString();
  }

  @ParameterizedTest
  @MethodSource("badJobs")
  void whatCannotRunIsRefusedWithItsField(String json, String field) {
    ProblemException refused = refused(json);

    assertThat(refused).as(json.substring(0, Math.min(200, json.length()))).isNotNull();
    assertThat(refused.problem().body().status()).isEqualTo(422);
    assertThat(refused.problem().body().field()).isEqualTo(field);
    assertThat(refused.getMessage()).endsWith(".").hasSizeLessThan(600);
  }

  @Test
  void eachJobOfABatchHasItsFieldAndItsKey() {
    String two =
        "{\"jobs\":[{\"language\":\"python\",\"source\":\"1\"},{\"language\":\"c\",\"source\":\"2\"}]}";
    Submissions submissions = new Submissions(languages, "10.0.0.1", "key-1");

    List<NewJob> jobs = submissions.batch(spec(two, BatchSpec.class));

    assertThat(jobs).extracting(NewJob::language).containsExactly("python", "c");
    assertThat(jobs.stream().map(job -> job.idempotencyKey().orElseThrow()))
        .doesNotHaveDuplicates()
        .allMatch(key -> key.startsWith("key-1 "));
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> submissions.batch(spec(two.replace("\"c\"", "\"d\""), BatchSpec.class)));
    assertThat(refused.problem().body().field()).isEqualTo("jobs[1].language");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"jobs\":null}", "{\"jobs\":[]}", "{\"jobs\":[null]}"})
  void aBatchNeedsJobs(String json) {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> new Submissions(languages, "", null).batch(spec(json, BatchSpec.class)));

    assertThat(refused.problem().body().field()).startsWith("jobs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "\t", "é"})
  void aBadIdempotencyKeyIsRefused(String key) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> new Submissions(languages, "", key));

    assertThat(refused.problem().type()).isEqualTo("/problems/invalid-parameter");
    assertThat(refused.problem().body().field()).isEqualTo("Idempotency-Key");
  }

  @Test
  void anIdempotencyKeyIsBounded() {
    assertThat(
            catchThrowableOfType(
                ProblemException.class, () -> new Submissions(languages, "", "k".repeat(201))))
        .isNotNull();
    assertThat(new Submissions(languages, "", "k".repeat(200))).isNotNull();
  }
}
