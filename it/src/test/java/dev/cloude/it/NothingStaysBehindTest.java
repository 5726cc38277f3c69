package dev.cloude.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After the jobs nothing of them is left on the host. */
@Tag("leaks")
class NothingStaysBehindTest {
  private static final int ONE_AFTER_ANOTHER = 20;
  private static final int AT_ONCE = 4;
  private static final Duration REPORTS_APART = Duration.ofSeconds(7);

  private final Server server = new Server();

  @BeforeEach
  void letTheServerTouchEverythingOnce() throws Exception {
    assertRight(server.run("python", "print('warm')"), "warm");
    awaitNothingHeld();
  }

  @Test
  void twentyJobsOneAfterAnother() throws Exception {
    Footprint before = footprint();
    for (int i = 0; i < ONE_AFTER_ANOTHER; i++) {
      assertRight(server.run("python", "print('job', " + i + ")"), "job " + i);
    }
    assertBackTo(before);
  }

  @Test
  void fourJobsAtOnce() throws Exception {
    Footprint before = footprint();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      ids.add(server.submit("python", "print('at once', " + i + ")"));
    }
    for (int i = 0; i < AT_ONCE; i++) {
      assertRight(server.await(ids.get(i)), "at once " + i);
    }
    assertBackTo(before);
  }

  private Footprint footprint() throws IOException {
    return Footprint.of(server.pid());
  }

  /** The client sees its result before the teardown ends, so the end is waited for. */
  private void assertBackTo(Footprint before) throws IOException {
    awaitNothingHeld();
    Awaitility.await("everything given back")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(footprint().withoutTaps()).isEqualTo(before.withoutTaps()));
    assertThat(Collections.disjoint(footprint().taps(), before.taps()))
        .as("devices that wait are made anew for each job")
        .isTrue();
  }

  /** For longer than the server's own reports are apart, so that no old one is believed. */
  private void awaitNothingHeld() {
    Awaitility.await("no VM, no lease")
        .atMost(Duration.ofSeconds(90))
        .during(REPORTS_APART)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(data("guests"))
                  .as("VMs by state")
                  .allSatisfy((state, count) -> assertThat(count).isEqualTo("0"))
                  .containsKeys("creating", "booting", "running", "stopping", "stuck");
              assertThat(data("database"))
                  .containsEntry("detail", "0 jobs wait, 0 addresses are leased.");
              assertThat(footprint().taps()).hasSize(waitingTaps()).hasSizeLessThanOrEqualTo(2);
              assertThat(footprint().processes()).isEmpty();
              assertThat(footprint().vmThreads()).isEmpty();
            });
  }

  /**
   * How many devices the server says it has made ahead of jobs; all others would be left behind.
   */
  private int waitingTaps() throws IOException, InterruptedException {
    return Integer.parseInt(allData("guests").get("prepared_taps"));
  }

  /** The data of one health check, but for what it says of the last agent and of what waits. */
  private Map<String, String> data(String name) throws IOException, InterruptedException {
    Map<String, String> data = allData(name);
    data.keySet().removeIf(key -> key.startsWith("agent") || key.startsWith("prepared"));
    return data;
  }

  private Map<String, String> allData(String name) throws IOException, InterruptedException {
    for (JsonNode check : server.parse(server.get("/health").body()).path("checks")) {
      if (check.path("name").asText().equals(name)) {
        Map<String, String> data = new TreeMap<>();
        check
            .path("data")
            .fields()
            .forEachRemaining(e -> data.put(e.getKey(), e.getValue().asText()));
        return data;
      }
    }
    throw new AssertionError("no health check is named " + name);
  }

  private static void assertRight(JsonNode job, String output) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("done");
    assertThat(job.path("stdout").asText()).isEqualTo(output + "\n");
  }
}
