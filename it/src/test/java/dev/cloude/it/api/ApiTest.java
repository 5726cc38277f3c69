package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the native API promises to clients that use it well. */
@Tag("server")
@Tag("wire")
class ApiTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String ENDLESS = "import time\nprint('up', flush=True)\ntime.sleep(10000)";

  private final Api api = new Api();

  @Test
  void aSubmissionIsAcceptedAndRuns() throws Exception {
    HttpResponse<String> answer =
        api.post(JOBS, api.python("print('é', input())", Map.of("stdin", "in\n")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode accepted = api.parse(answer.body());
    String self = JOBS + "/" + accepted.get("id").asText();
    assertThat(accepted.at("/links/self").asText()).isEqualTo(self);
    assertThat(answer.headers().firstValue("Location").orElse("")).endsWith(self);
    JsonNode job = api.end(accepted.get("id").asText());
    assertThat(job.get("verdict").asText()).as(job.toString()).isEqualTo("accepted");
    assertThat(job.at("/result/stdout/text").asText()).isEqualTo("é in\n");
    assertThat(job.at("/result/stdout/total_bytes").asInt()).isEqualTo(6);
    assertThat(job.at("/result/exit_code").asInt()).isZero();
    assertThat(job.at("/result/timings_ms/run").asDouble()).isPositive();
    assertThat(job.at("/result/receipt/source_sha256").asText()).hasSize(64);
    assertThat(job.has("finished_at")).isTrue();
  }

  @Test
  void waitingGivesTheResultAtOnce() throws Exception {
    HttpResponse<String> answer =
        api.post(
            JOBS + "?wait=60s",
            """
            {"language": "PY@^3",
             "files": [{"path": "main.py", "content": "import sys, lib.a\\nprint(sys.argv[1:])"},
                       {"path": "lib/a.py", "content_base64": "%s"}],
             "args": ["x", "a b"], "labels": {"test": "wait"},
             "expected_output": "from a\\n['x', 'a b']\\n"}
            """
                .formatted(
                    Base64.getEncoder()
                        .encodeToString("print('from a')".getBytes(StandardCharsets.UTF_8))));

    // An emulated guest on a busy machine may take longer than the longest wait.
    JsonNode first = api.parse(answer.body());
    JsonNode job = answer.statusCode() == 200 ? first : api.end(first.get("id").asText());
    assertThat(answer.headers().firstValue("Location").orElse(""))
        .endsWith(JOBS + "/" + first.get("id").asText());
    assertThat(job.get("verdict").asText()).as(job.toString()).isEqualTo("accepted");
    assertThat(job.get("language").asText()).isEqualTo("python");
    assertThat(job.get("version").asText()).isEqualTo("^3");
    assertThat(job.at("/labels/test").asText()).isEqualTo("wait");
  }

  @Test
  void aWaitThatIsOverShowsTheJobAsItIs() throws Exception {
    String id = api.submit(api.python(ENDLESS));

    JsonNode job = api.parse(api.get(JOBS + "/" + id + "?wait=10ms").body());

    assertThat(job.get("state").asText()).isNotEqualTo("finished");
    assertThat(job.get("cancel_requested").asBoolean()).isFalse();
    api.delete(JOBS + "/" + id);
  }

  @Test
  void theSameRequestWithTheSameKeyIsTheSameJob() throws Exception {
    String key = UUID.randomUUID().toString();
    String body = api.python("print(1)");

    HttpResponse<String> first = api.post(JOBS, body, "Idempotency-Key", key);
    HttpResponse<String> second = api.post(JOBS, body, "Idempotency-Key", key);
    HttpResponse<String> other = api.post(JOBS, api.python("print(2)"), "Idempotency-Key", key);

    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(api.parse(second.body())).isEqualTo(api.parse(first.body()));
    assertThat(other.statusCode()).as(other.body()).isEqualTo(409);
    assertThat(api.parse(other.body()).get("type").asText())
        .isEqualTo("/problems/idempotency-conflict");
    api.end(api.parse(first.body()).get("id").asText());
  }

  @Test
  void theSameKeyAtTheSameMomentIsOneJob() throws Exception {
    String key = UUID.randomUUID().toString();
    String body = api.python("print(1)");
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return api.parse(api.post(JOBS, body, "Idempotency-Key", key).body())
                      .path("id")
                      .asText();
                } catch (java.io.IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              }));
    }

    Set<String> ids = new HashSet<>();
    for (CompletableFuture<String> answer : answers) {
      ids.add(answer.get());
    }

    assertThat(ids).hasSize(1);
    api.end(ids.iterator().next());
  }

  @Test
  void aBatchIsAllOrNothing() throws Exception {
    String label = UUID.randomUUID().toString();
    String good = api.python("print(1)", Map.of("labels", Map.of("batch", label)));
    String bad = api.python("print(2)", Map.of("vcpus", 1000));

    HttpResponse<String> refused =
        api.post(JOBS + "/batch", "{\"jobs\":[" + good + "," + bad + "]}");

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(api.parse(refused.body()).get("field").asText()).isEqualTo("jobs[1].vcpus");
    assertThat(list("label=batch=" + label)).isEmpty();
    HttpResponse<String> accepted =
        api.post(JOBS + "/batch", "{\"jobs\":[" + good + "," + good + "]}");
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(api.parse(accepted.body()).get("jobs")).hasSize(2);
    assertThat(list("label=batch=" + label)).hasSize(2);
    for (JsonNode job : api.parse(accepted.body()).get("jobs")) {
      api.delete(job.at("/links/self").asText());
    }
  }

  private List<String> list(String query) throws Exception {
    JsonNode page = api.parse(api.get(JOBS + "?" + query).body());
    List<String> ids = new ArrayList<>();
    page.get("jobs").forEach(job -> ids.add(job.get("id").asText()));
    return ids;
  }

  @Test
  void listsHavePagesAndFilters() throws Exception {
    String label = UUID.randomUUID().toString();
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      newestFirst.add(
          0, api.submit(api.python("print(1)", Map.of("labels", Map.of("page", label)))));
    }
    String query = "label=page=" + label;

    List<String> seen = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = api.parse(api.get(JOBS + "?limit=2&" + query + cursor).body());
      page.get("jobs").forEach(job -> seen.add(job.get("id").asText()));
      cursor = page.has("next_cursor") ? "&cursor=" + page.get("next_cursor").asText() : "";
      pages++;
    } while (!cursor.isEmpty() && pages < 10);

    assertThat(seen).isEqualTo(newestFirst);
    for (String id : newestFirst) {
      api.delete(JOBS + "/" + id);
      api.end(id);
    }
    assertThat(list(query + "&state=finished&language=py")).isEqualTo(newestFirst);
    assertThat(list(query + "&state=queued,running")).isEmpty();
    assertThat(list(query + "&created_before=2020-01-01T00:00:00Z")).isEmpty();
    assertThat(list(query + "&created_after=2020-01-01T00:00:00Z")).hasSize(5);
    assertThat(list("label=page=" + label + "&label=other=1")).isEmpty();
  }

  @Test
  void theNodeSaysWhatItHas() throws Exception {
    JsonNode languages = api.parse(api.get("/api/v1/languages").body()).get("languages");
    JsonNode node = api.parse(api.get("/api/v1/node").body());
    HttpResponse<String> metrics = api.get("/api/metrics");

    assertThat(languages.findValuesAsText("name")).contains("python");
    assertThat(node.get("max_vms").asInt()).isPositive();
    assertThat(node.at("/ceilings/limits/run_wall_ms").asLong()).isPositive();
    assertThat(node.at("/versions/java").asText()).isNotBlank();
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(metrics.body()).contains("cloude_jobs_submitted_total", "cloude_queue_depth");
  }

  @Test
  void theGuideIsServedWithItsOwnFilesOnly() throws Exception {
    HttpResponse<String> page = api.get("/api/ui");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .startsWith("default-src 'none'; script-src 'self';");
    assertThat(api.get("/api/ui/ui.js").headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/javascript");
    assertThat(api.get("/api/ui/ui.css").statusCode()).isEqualTo(200);
    assertThat(api.get("/api/ui/..%2fopenapi.json").statusCode()).isBetween(400, 499);
    assertThat(api.parse(api.get("/api/openapi.json").body()).get("openapi").asText())
        .startsWith("3.");
    assertThat(api.get("/api/v1/node").headers().allValues("Content-Security-Policy"))
        .containsExactly("default-src 'none'; frame-ancestors 'none'");
  }
}
