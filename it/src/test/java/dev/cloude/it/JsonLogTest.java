package dev.cloude.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log of a server that the launcher started with LOG_FORMAT=json and gave one job. */
@Tag("log")
class JsonLogTest {

  @Test
  void everyLineIsAnObjectAndTheJobsStatesAreAmongThem() throws Exception {
    LogLines log =
        LogLines.parse(
            Path.of(System.getProperty("cloude.log")), System.getProperty("cloude.log.message"));

    String job =
        log.messages().stream()
            .filter(message -> message.matches("job [0-9a-f-]{36}: queued"))
            .findFirst()
            .map(message -> message.substring(0, message.indexOf(':')))
            .orElseThrow();
    assertThat(log.about(job))
        .isEqualTo(
            List.of("queued", "booting, attempt 1", "running", "finished, accepted, exit 0"));
  }
}
