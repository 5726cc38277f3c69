package dev.cloude.it.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cloude.ejb.job.Cancellation;
import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.job.NodeView;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.job.OutputStreamName;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The built WAR in Payara Micro: its beans from inside, its endpoints from outside. */
@Tag("container")
@ExtendWith(ArquillianExtension.class)
class BuiltArchiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject private JobService jobs;
  @Inject private NodeStatus status;
  @Inject private PrometheusMeterRegistry meters;

  @Deployment
  static WebArchive archive() {
    return TestArchive.forTestsInside();
  }

  @Test
  void aJobGoesThroughTheQueueAndItsBytesComeBack() throws Exception {
    byte[] source = {'x', (byte) 0xff, 0, '\n'};
    byte[] stdin = {(byte) 0xc3, 0x28};

    UUID id = jobs.submit(NewJob.of("python", source, stdin));

    JobView job = ended(id);
    JobResult result = job.result().orElseThrow();
    assertEquals(Verdict.ACCEPTED, result.verdict(), () -> result.failure().orElse(""));
    assertArrayEquals(source, result.stdout().bytes());
    assertArrayEquals(stdin, result.stderr().bytes());
    assertTrue(result.receipt().isPresent());
    assertArrayEquals(
        source, jobs.output(id, OutputStreamName.STDOUT, 0, 100).orElseThrow().bytes());
    assertTrue(
        jobs.list(JobFilter.ALL, Optional.empty(), 1000).jobs().stream()
            .anyMatch(found -> found.id().equals(id.toString())));
  }

  @Test
  void aFailureOfThePlatformEndsTheJobWithItsSentence() throws Exception {
    UUID id = jobs.submit(NewJob.of("python", "platform".getBytes(), new byte[0]));

    JobResult result = ended(id).result().orElseThrow();

    assertEquals(Verdict.PLATFORM_ERROR, result.verdict());
    assertEquals(Optional.of("The agent did not answer within 30 s."), result.failure());
  }

  @Test
  void aRunningJobIsHeardOfAndCancelled() throws Exception {
    UUID id = jobs.submit(NewJob.of("python", "hang".getBytes(), new byte[0]));
    BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
    CompletableFuture<Void> end = new CompletableFuture<>();
    assertTrue(
        jobs.events(
                id,
                Optional.empty(),
                new JobEventListener() {
                  @Override
                  public CompletionStage<?> onEvent(JobEvent event) {
                    events.add(event);
                    return CompletableFuture.completedStage(null);
                  }

                  @Override
                  public void onEnd() {
                    end.complete(null);
                  }
                })
            .isPresent());
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> events.stream().anyMatch(JobEvent.Output.class::isInstance));

    assertEquals(Cancellation.REQUESTED, jobs.cancel(id));

    assertEquals(Optional.of(Verdict.CANCELLED), ended(id).summary().verdict());
    end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertTrue(events.stream().anyMatch(JobEvent.Finished.class::isInstance));
  }

  @Test
  void theNodeShowsItself() {
    NodeView node = jobs.node();

    assertTrue(node.accepting());
    assertTrue(node.maxVms() >= node.freeVms());
    assertTrue(jobs.languages().stream().anyMatch(language -> language.name().equals("python")));
  }

  @Test
  void whatIsMeasuredCanBeShown() throws Exception {
    ended(jobs.submit(NewJob.of("python", "exit 0".getBytes(), new byte[0])));

    String shown = meters.scrape();

    assertTrue(shown.contains("cloude_jobs_finished_total{verdict=\"accepted\"}"), shown);
    assertTrue(shown.contains("cloude_vm_permits{state=\"free\"}"), shown);
  }

  @Test
  @RunAsClient
  void aLanguageWithoutAnImageIsNotAcceptedYet(@ArquillianResource URL url) throws Exception {
    URI base = url.toURI();
    HttpClient client = HttpClient.newHttpClient();
    String sentence =
        "The image of c is not there: it is still being built, or could not be built; try again in"
            + " 15 s.";
    HttpResponse<String> original =
        post(client, base.resolve("run"), "{'language':'c','code':'x'}");
    HttpResponse<String> problem =
        post(client, base.resolve("api/v1/jobs"), "{'language':'c','source':'x'}");
    String languages =
        client
            .send(
                HttpRequest.newBuilder(base.resolve("api/v1/languages")).build(),
                BodyHandlers.ofString())
            .body();

    // As ever: it is taken, and fails when its turn comes.
    assertEquals(202, original.statusCode());
    assertEquals(503, problem.statusCode());
    assertEquals(Optional.of("15"), problem.headers().firstValue("Retry-After"));
    assertEquals(
        Optional.of("application/problem+json"), problem.headers().firstValue("Content-Type"));
    assertTrue(problem.body().contains("\"/problems/language-not-ready\""), problem.body());
    assertTrue(problem.body().contains("\"" + sentence + "\""), problem.body());
    assertTrue(languages.matches(".*\"name\":\"c\"[^}]*\"available\":false.*"), languages);
    assertTrue(languages.matches(".*\"name\":\"java\"[^}]*\"available\":true.*"), languages);
  }

  private static HttpResponse<String> post(HttpClient client, URI uri, String json)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.replace('\'', '"')))
            .build(),
        BodyHandlers.ofString());
  }

  private JobView ended(UUID id) throws Exception {
    JobView job =
        jobs.await(id, PATIENCE)
            .toCompletableFuture()
            .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .orElseThrow();
    assertEquals(JobState.FINISHED, job.state());
    return job;
  }

  @Test
  void migrationsDatabaseAndDispatcherReportThemselves() {
    for (Subject subject : Subject.values()) {
      Awaitility.await().atMost(PATIENCE).until(() -> status.fact(subject).up());
    }
    assertTrue(status.fact(Subject.MIGRATIONS).detail().contains("version 3"));
  }

  @Test
  @RunAsClient
  void aClientGetsItsJobDoneInTheOriginalWords(@ArquillianResource URL url) throws Exception {
    URI base = url.toURI();
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> accepted =
        post(client, base.resolve("run"), "{'language':' PY','code':'exit 7'}");
    assertEquals(202, accepted.statusCode());
    String id = accepted.body().replaceAll("\\{\"id\":\"([^\"]+)\"}", "$1");

    String done =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(
                () ->
                    client
                        .send(
                            HttpRequest.newBuilder(base.resolve("status/" + id)).build(),
                            BodyHandlers.ofString())
                        .body(),
                body -> body.contains("\"done\""));
    assertTrue(
        done.startsWith(
            "{\"id\":\"%s\",\"status\":\"done\",\"exit_code\":7,\"stdout\":\"exit 7\",\"stderr\":\"\","
                .formatted(id)),
        done);
  }
}
