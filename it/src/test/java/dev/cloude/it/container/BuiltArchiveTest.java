package dev.cloude.it.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
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

  @Deployment
  static WebArchive archive() {
    return TestArchive.forTestsInside();
  }

  @Test
  void aJobGoesThroughTheQueueAndItsBytesComeBack() {
    byte[] source = {'x', (byte) 0xff, 0, '\n'};
    byte[] stdin = {(byte) 0xc3, 0x28};

    UUID id = jobs.submit(new NewJob("python", source, stdin));

    JobView job =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> jobs.find(id), found -> found.orElseThrow().state().isFinal())
            .orElseThrow();
    assertEquals(JobState.DONE, job.state());
    assertArrayEquals(source, job.result().orElseThrow().stdout());
    assertArrayEquals(stdin, job.result().orElseThrow().stderr());
  }

  @Test
  void aFailureOfThePlatformEndsTheJobWithItsSentence() {
    UUID id = jobs.submit(new NewJob("python", "platform".getBytes(), new byte[0]));

    JobView job =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> jobs.find(id), found -> found.orElseThrow().state().isFinal())
            .orElseThrow();
    assertEquals(JobState.ERROR, job.state());
    assertEquals(Optional.of("The agent did not answer within 30 s."), job.failure());
  }

  @Test
  void migrationsDatabaseAndDispatcherReportThemselves() {
    for (Subject subject : Subject.values()) {
      Awaitility.await().atMost(PATIENCE).until(() -> status.fact(subject).up());
    }
    assertTrue(status.fact(Subject.MIGRATIONS).detail().contains("version 1"));
  }

  @Test
  @RunAsClient
  void aClientGetsItsJobDoneInTheOriginalWords(@ArquillianResource URL url) throws Exception {
    URI base = url.toURI();
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> accepted =
        client.send(
            HttpRequest.newBuilder(base.resolve("run"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"language\":\" PY\",\"code\":\"exit 7\"}"))
                .build(),
            BodyHandlers.ofString());
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
