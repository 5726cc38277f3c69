package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends under /api, it gets one problem that says what is wrong. */
@Tag("server")
@Tag("wire")
class ApiProblemsTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String NO_JOB = JOBS + "/00000000-0000-0000-0000-000000000000";

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
    assertProblem(api.post(JOBS, body), status, type, field);
  }

  @ParameterizedTest
  @CsvSource({
    "/api, 404, not-found,",
    "/api/, 404, not-found,",
    "/api/v1, 404, not-found,",
    "/api/v2/jobs, 404, not-found,",
    "/api/v1/jobs/x/y/z, 404, not-found,",
    "/api/v1/jobs/nothing, 404, job-not-found,",
    "/api/v1/jobs/%3Cscript%3E, 404, job-not-found,",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000, 404, job-not-found,",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000?wait=1s, 404, job-not-found,",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000/output/stdout, 404, job-not-found,",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000/output/stdin, 404, not-found,",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000?wait=soon, 400, invalid-parameter, wait",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000?wait=9h, 400, invalid-parameter, wait",
    "/api/v1/jobs/00000000-0000-0000-0000-000000000000?wait=999m, 400, invalid-parameter, wait",
    "/api/v1/jobs?limit=0, 400, invalid-parameter, limit",
    "/api/v1/jobs?limit=1001, 400, invalid-parameter, limit",
    "/api/v1/jobs?limit=1&limit=2, 400, invalid-parameter, limit",
    "/api/v1/jobs?cursor=here, 400, invalid-parameter, cursor",
    "/api/v1/jobs?cursor=%00, 400, invalid-parameter, cursor",
    "/api/v1/jobs?state=done, 400, invalid-parameter, state",
    "/api/v1/jobs?label=team, 400, invalid-parameter, label",
    "/api/v1/jobs?language=cobol, 400, invalid-parameter, language",
    "/api/v1/jobs?created_after=yesterday, 400, invalid-parameter, created_after",
    "/api/v1/jobs?colour=red, 400, invalid-parameter, colour",
    "/api/v1/node?x=1, 400, invalid-parameter, x",
    "/api/ui/secret, 404, not-found,"
  })
  void aBadAddressIsRefused(String path, int status, String type, String field) throws Exception {
    assertProblem(api.get(path), status, type, field);
  }

  @Test
  void eventsOfNoJobAreRefused() throws Exception {
    assertProblem(api.get(NO_JOB + "/events"), 404, "job-not-found", null);
    assertProblem(api.get(JOBS + "/nothing/events"), 404, "job-not-found", null);
    assertProblem(
        api.send(api.request(NO_JOB + "/events").header("Last-Event-ID", "9;end").GET()),
        404,
        "job-not-found",
        null);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/v1/jobs",
    "PUT, /api/v1/jobs/00000000-0000-0000-0000-000000000000",
    "PATCH, /api/v1/jobs",
    "GET, /api/v1/jobs/batch",
    "POST, /api/v1/node",
    "DELETE, /api/openapi.json",
    "BREW, /api/v1/jobs"
  })
  void aWrongMethodIsRefused(String method, String path) throws Exception {
    // Payara itself refuses bodies where they mean nothing.
    boolean bodiless = method.equals("GET") || method.equals("DELETE");
    HttpResponse<String> answer =
        api.send(
            api.request(path)
                .header("Content-Type", "application/json")
                .method(
                    method, bodiless ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));

    assertProblem(answer, answer.statusCode() == 501 ? 501 : 405, null, null);
  }

  @Test
  void cancellingNoJobIsRefused() throws Exception {
    assertProblem(api.delete(NO_JOB), 404, "job-not-found", null);
    assertProblem(api.delete(JOBS + "/x"), 404, "job-not-found", null);
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/xml", "multipart/form-data; boundary=x", "image/png"})
  void aWrongMediaTypeIsRefused(String type) throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.request(JOBS).header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

    assertProblem(answer, 415, "unsupported-media-type", null);
  }

  @Test
  void noMediaTypeIsRefused() throws Exception {
    assertProblem(
        api.send(api.request(JOBS).POST(BodyPublishers.ofString("{}"))),
        415,
        "unsupported-media-type",
        null);
  }

  @Test
  void whatCannotBeAcceptedIsRefused() throws Exception {
    assertProblem(
        api.send(api.request("/api/v1/node").header("Accept", "text/html").GET()),
        406,
        "not-acceptable",
        null);
  }

  @ParameterizedTest
  @CsvSource({"''", "'a b'"})
  void aBadIdempotencyKeyIsRefused(String key) throws Exception {
    assertProblem(
        api.post(JOBS, api.python("x"), "Idempotency-Key", key),
        400,
        "invalid-parameter",
        "Idempotency-Key");
  }

  @ParameterizedTest
  @CsvSource({"{}", "{\"jobs\":[]}", "{\"jobs\":[null]}", "{\"job\":[]}"})
  void aBadBatchIsRefused(String body) throws Exception {
    assertProblem(api.post(JOBS + "/batch", body), 422, "invalid-field", null);
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

    assertProblem(answer, 413, "body-too-large", null);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /api/v1/jobs/%zz HTTP/1.1",
    "GET /api/v1/jobs/%00 HTTP/1.1",
    "GET /api/v1/jobs/%c0%af HTTP/1.1",
    "GET /api/v1/jobs/..%2f..%2f HTTP/1.1",
    "GET /api/v1/jobs?limit=%zz HTTP/1.1"
  })
  void whatTheServerItselfRefusesIsNoHtml(String line) throws Exception {
    String answer = api.raw(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 5");
    assertThat(answer).doesNotContainIgnoringCase("<html").doesNotContain("Exception", "\tat ");
  }

  private void assertProblem(HttpResponse<String> answer, int status, String type, String field)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .as(answer.body())
        .startsWith("application/problem+json");
    JsonNode problem = api.parse(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText())
        .endsWith(".")
        .doesNotContain("Exception", "\tat ", "java.");
    assertThat(answer.body()).doesNotContain("<");
    if (type != null) {
      assertThat(problem.path("type").asText()).as(answer.body()).isEqualTo("/problems/" + type);
    }
    if (field != null) {
      assertThat(problem.path("field").asText()).as(answer.body()).isEqualTo(field);
    }
  }
}
