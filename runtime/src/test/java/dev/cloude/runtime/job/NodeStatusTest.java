package dev.cloude.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.NodeStatus.Fact;
import dev.cloude.runtime.job.NodeStatus.Subject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class NodeStatusTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private final NodeStatus status =
      new NodeStatus(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void whatNobodyReportedIsNotUp() {
    assertThat(status.fact(Subject.AGENT))
        .isEqualTo(new Fact(false, "Nothing was reported about agent yet.", Instant.EPOCH, START));
  }

  @Test
  void aFactSaysSinceWhenItIsSo() {
    status.report(Subject.DISK, true, "Room.");
    pass(10);
    status.report(Subject.DISK, true, "Still room.");
    assertThat(status.fact(Subject.DISK)).isEqualTo(new Fact(true, "Still room.", now, START));

    pass(10);
    Instant full = now;
    status.report(Subject.DISK, false, "Full.");
    pass(10);
    status.report(Subject.DISK, false, "Fuller.");

    assertThat(status.fact(Subject.DISK)).isEqualTo(new Fact(false, "Fuller.", now, full));
  }

  @Test
  void aStaleFactIsNotUpAndSaysWhatItWas() {
    status.report(Subject.AGENT, true, "It answers.");
    pass(30);
    assertThat(status.fact(Subject.AGENT).up()).isTrue();
    pass(1);

    assertThat(status.fact(Subject.AGENT))
        .isEqualTo(
            new Fact(
                false,
                "The last report about agent is older than 30 s; it was: It answers.",
                START,
                START.plusSeconds(30)));

    status.report(Subject.AGENT, true, "It answers again.");
    assertThat(status.fact(Subject.AGENT).since()).isEqualTo(now);
  }

  @Test
  void whatHoldsForTheServersLifeIsNeverStale() {
    status.report(Subject.MIGRATIONS, true, "Done.");
    pass((int) Duration.ofDays(1).toSeconds());

    assertThat(status.fact(Subject.MIGRATIONS).up()).isTrue();
  }
}
