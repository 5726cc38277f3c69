package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client sends under /api, it gets one problem that says what is wrong. */
@Tag("server")
@Tag("wire")
class ApiProblemsTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String NO_JOB = JOBS + "/00000000-0000-0000-0000-000000000000";

  private final Api api = new Api();

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
    api.assertProblem(api.get(path), status, type, field);
  }

  @Test
  void eventsOfNoJobAreRefused() throws Exception {
    api.assertProblem(api.get(NO_JOB + "/events"), 404, "job-not-found", null);
    api.assertProblem(api.get(JOBS + "/nothing/events"), 404, "job-not-found", null);
    api.assertProblem(
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

    api.assertProblem(answer, answer.statusCode() == 501 ? 501 : 405, null, null);
  }

  @Test
  void cancellingNoJobIsRefused() throws Exception {
    api.assertProblem(api.delete(NO_JOB), 404, "job-not-found", null);
    api.assertProblem(api.delete(JOBS + "/x"), 404, "job-not-found", null);
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/xml", "multipart/form-data; boundary=x", "image/png"})
  void aWrongMediaTypeIsRefused(String type) throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.request(JOBS).header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

    api.assertProblem(answer, 415, "unsupported-media-type", null);
  }

  @Test
  void noMediaTypeIsRefused() throws Exception {
    api.assertProblem(
        api.send(api.request(JOBS).POST(BodyPublishers.ofString("{}"))),
        415,
        "unsupported-media-type",
        null);
  }

  @Test
  void whatCannotBeAcceptedIsRefused() throws Exception {
    api.assertProblem(
        api.send(api.request("/api/v1/node").header("Accept", "text/html").GET()),
        406,
        "not-acceptable",
        null);
  }

  @ParameterizedTest
  @CsvSource({"///", "'text/html;q=x'", "'application/'"})
  void anAcceptHeaderThatIsNoneIsRefused(String accept) throws Exception {
    HttpResponse<String> answer =
        api.send(api.request("/api/v1/node").header("Accept", accept).GET());

    api.assertProblem(answer, answer.statusCode() == 406 ? 406 : 400, null, null);
  }

  @ParameterizedTest
  @CsvSource({"''", "'a b'"})
  void aBadIdempotencyKeyIsRefused(String key) throws Exception {
    api.assertProblem(
        api.post(JOBS, api.python("x"), "Idempotency-Key", key),
        400,
        "invalid-parameter",
        "Idempotency-Key");
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
}
