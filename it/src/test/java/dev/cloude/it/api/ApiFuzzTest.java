package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests made out of the server's own OpenAPI document: no answer is a failure of the server,
 * HTML or a stack trace, and every refusal is a problem. {@code -Dcloude.fuzz.seed} and {@code
 * -Dcloude.fuzz.requests} repeat or lengthen it.
 */
@Tag("server")
@Tag("wire")
class ApiFuzzTest {
  private static final long SEED = Long.getLong("cloude.fuzz.seed", 20_260_131);
  private static final int REQUESTS = Integer.getInteger("cloude.fuzz.requests", 1500);

  private final Api api = new Api();

  @Test
  void noRequestMakesTheServerFail() throws Exception {
    String finished = api.submit(api.python("print('a' * 100)"));
    api.end(finished);
    JsonNode document = api.parse(api.get("/api/openapi.json").body());
    Requests requests =
        new Requests(document, SEED, List.of(finished, "00000000-0000-0000-0000-000000000000"));
    Map<Integer, Integer> statuses = new TreeMap<>();

    for (int i = 0; i < REQUESTS; i++) {
      Requests.Made made = requests.next();
      HttpResponse<String> answer = send(made);
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      check(made, answer, "request %d of seed %d: %s".formatted(i, SEED, made));
      end(answer);
    }

    assertThat(statuses).containsKeys(200, 202, 400, 404, 422);
    System.out.println("API fuzz: " + REQUESTS + " requests, answers by status " + statuses);
  }

  private HttpResponse<String> send(Requests.Made made) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        api.request(made.path())
            .method(
                made.method(),
                made.body() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(made.body()));
    made.headers().forEach(request::header);
    return api.send(request);
  }

  private void check(Requests.Made made, HttpResponse<String> answer, String what)
      throws IOException {
    String body = answer.body();
    assertThat(answer.statusCode()).as("%s: %s", what, body).isLessThan(500);
    if (!made.path().startsWith("/api/ui")) {
      assertThat(body).as(what).doesNotContain("<html", "<HTML", "<!DOCTYPE");
    }
    if (!made.path().startsWith("/api/metrics")) {
      assertThat(body).as(what).doesNotContain("\tat ", "java.lang", "jakarta.");
    }
    if (answer.statusCode() >= 400
        && !made.method().equals("HEAD")
        && !refusedBeforeUs(made, answer)) {
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .as("%s: %s", what, body)
          .startsWith("application/problem+json");
      JsonNode problem = api.parse(body);
      assertThat(problem.path("status").asInt()).as(what).isEqualTo(answer.statusCode());
      assertThat(problem.path("detail").asText()).as(what).isNotBlank();
    }
  }

  /** Some addresses never reach the application; the server's answer to them has no body. */
  private static boolean refusedBeforeUs(Requests.Made made, HttpResponse<String> answer) {
    return answer.body().isEmpty() && made.path().matches("[^?]*%(00|2F|5C|0D).*");
  }

  /** What was accepted by chance need not run. */
  private void end(HttpResponse<String> answer) throws IOException, InterruptedException {
    if (answer.statusCode() == 202) {
      JsonNode body = api.parse(answer.body());
      for (JsonNode job : body.has("jobs") ? body.get("jobs") : List.of(body)) {
        api.delete(job.at("/links/self").asText());
      }
    }
  }
}
