package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that cannot become jobs: each refusal says which field it is, and why. */
@Tag("server")
@Tag("wire")
class BadJobsTest {
  private static final String JOBS = "/api/v1/jobs";

  private final Api api = new Api();

  static Stream<Arguments> badBodies() {
    String main = "\"language\":\"python\",\"source\":\"x\",";
    return Stream.of(
        Arguments.of("", 400, "malformed-json", null),
        Arguments.of("{", 400, "malformed-json", null),
        Arguments.of("[]", 400, "malformed-json", null),
        Arguments.of("null", 400, "malformed-json", null),
        Arguments.of("7", 400, "malformed-json", null),
        Arguments.of("{} {}", 400, "malformed-json", null),
        Arguments.of("{'language':1}", 400, "malformed-json", null),
        Arguments.of("<job/>", 400, "malformed-json", null),
        Arguments.of("{" + main + "\"source\":\"y\"}", 400, "malformed-json", null),
        Arguments.of("[".repeat(100_000), 400, "malformed-json", null),
        Arguments.of("{\"files\":" + "[".repeat(5000), 422, "invalid-field", "files[0]"),
        Arguments.of("{}", 422, "invalid-field", "language"),
        Arguments.of("{\"language\":\"python\"}", 422, "invalid-field", "source"),
        Arguments.of("{\"language\":1}", 422, "invalid-field", "language"),
        Arguments.of("{" + main + "\"code\":\"x\"}", 422, "invalid-field", "code"),
        Arguments.of("{" + main + "\"vcpus\":\"1\"}", 422, "invalid-field", "vcpus"),
        Arguments.of("{" + main + "\"vcpus\":1.5}", 422, "invalid-field", "vcpus"),
        Arguments.of("{" + main + "\"vcpus\":99999999999}", 422, "invalid-field", "vcpus"),
        Arguments.of("{" + main + "\"vcpus\":0}", 422, "limit-exceeded", "vcpus"),
        Arguments.of("{" + main + "\"vcpus\":-1}", 422, "limit-exceeded", "vcpus"),
        Arguments.of("{" + main + "\"vcpus\":1000}", 422, "limit-exceeded", "vcpus"),
        Arguments.of(limit(main, "run_wall_ms", "0"), 422, "limit-exceeded", "limits.run_wall_ms"),
        Arguments.of(
            limit(main, "run_wall_ms", "9223372036854775807"),
            422,
            "limit-exceeded",
            "limits.run_wall_ms"),
        Arguments.of(
            limit(main, "compile_wall_ms", "-5"), 422, "limit-exceeded", "limits.compile_wall_ms"),
        Arguments.of(limit(main, "cpu_ms", "0"), 422, "limit-exceeded", "limits.cpu_ms"),
        Arguments.of(
            limit(main, "memory_bytes", "1"), 422, "limit-exceeded", "limits.memory_bytes"),
        Arguments.of(
            limit(main, "memory_bytes", "9223372036854775807"),
            422,
            "limit-exceeded",
            "limits.memory_bytes"),
        Arguments.of(limit(main, "processes", "0"), 422, "limit-exceeded", "limits.processes"),
        Arguments.of(
            limit(main, "output_bytes", "2147483647"),
            422,
            "limit-exceeded",
            "limits.output_bytes"),
        Arguments.of(
            limit(main, "file_size_bytes", "-1"), 422, "limit-exceeded", "limits.file_size_bytes"),
        Arguments.of(limit(main, "disk_bytes", "0"), 422, "limit-exceeded", "limits.disk_bytes"),
        Arguments.of(limit(main, "fuel", "1"), 422, "invalid-field", "limits.fuel"),
        Arguments.of(
            "{\"language\":\"cobol\",\"source\":\"x\"}", 422, "unsupported-language", "language"),
        Arguments.of(
            "{\"language\":\"python@^4\",\"source\":\"x\"}",
            422,
            "unsupported-language",
            "language"),
        Arguments.of("{" + main + "\"network\":\"all\"}", 422, "invalid-field", "network"),
        Arguments.of("{" + main + "\"args\":[\"\\u0000\"]}", 422, "invalid-field", "args[0]"),
        Arguments.of("{" + main + "\"args\":{}}", 422, "invalid-field", "args"),
        Arguments.of("{" + main + "\"env\":{\"A=B\":\"\"}}", 422, "invalid-field", "env"),
        Arguments.of(
            "{" + main + "\"compiler_flags\":[\"-O\"]}", 422, "invalid-field", "compiler_flags"),
        Arguments.of(file(main, "/etc/passwd"), 422, "invalid-field", "files[0].path"),
        Arguments.of(file(main, "../../x"), 422, "invalid-field", "files[0].path"),
        Arguments.of(file(main, "main.py"), 422, "invalid-field", "files[0].path"),
        Arguments.of(file(main, "main.py/x"), 422, "invalid-field", "files"),
        Arguments.of("{" + main + "\"stdin_base64\":\"*\"}", 422, "invalid-field", "stdin_base64"),
        Arguments.of("{" + main + "\"labels\":{\" \":\"\"}}", 422, "invalid-field", "labels"),
        Arguments.of(
            "{\"language\":\"python\",\"source\":\"\\ud800\"}", 422, "invalid-field", "source"),
        Arguments.of(
            "{\"language\":\"python\",\"source\":\"" + "x".repeat(9 << 20) + "\"}",
            413,
            "body-too-large",
            null));
  }

  private static String limit(String main, String name, String value) {
    return "{" + main + "\"limits\":{\"" + name + "\":" + value + "}}";
  }

  private static String file(String main, String path) {
    return "{" + main + "\"files\":[{\"path\":\"" + path + "\",\"content\":\"\"}]}";
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void aBadBodyIsRefused(String body, int status, String type, String field) throws Exception {
    api.assertProblem(api.post(JOBS, body), status, type, field);
  }

  @ParameterizedTest
  @CsvSource({"{}", "{\"jobs\":[]}", "{\"jobs\":[null]}", "{\"job\":[]}"})
  void aBadBatchIsRefused(String body) throws Exception {
    api.assertProblem(api.post(JOBS + "/batch", body), 422, "invalid-field", null);
  }

  @Test
  void aHundredMegabytesAreRefusedBeforeTheyAreRead() throws Exception {
    String answer =
        api.raw(
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 104857600\r\n\r\n{\"stdin\":\"");

    assertThat(answer).startsWith("HTTP/1.1 413").contains("/problems/body-too-large");
  }

  @Test
  void aBodyWithoutALengthIsBoundedToo() throws Exception {
    byte[] megabytes = ("{\"source\":\"" + "y".repeat(10 << 20)).getBytes();
    HttpResponse<String> answer =
        api.send(
            api.request(JOBS)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(megabytes))));

    api.assertProblem(answer, 413, "body-too-large", null);
  }
}
