package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Holds what clients were told against what ran.
 *
 * @param given ids that clients were given
 * @param accepted jobs that ended as their program did
 * @param again jobs that were begun more than once, and say so
 * @param failed jobs that ended as {@code platform_error}, after their server died
 * @param lost jobs that nobody knows any more, or that do not end
 * @param silent jobs that ran more often than their {@code attempt} says, or twice as one execution
 * @param wrong jobs whose end does not fit what ran
 */
record Audit(
    int given,
    int accepted,
    int again,
    int failed,
    List<String> lost,
    List<String> silent,
    List<String> wrong) {
  /** Once more, and not again. */
  private static final int MOST_ATTEMPTS = 2;

  /** Of all jobs in the ledger, whose ends must be in it. */
  static Audit of(Ledger ledger, RunRecord record) {
    int accepted = 0;
    int again = 0;
    int failed = 0;
    List<String> lost = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> job : ledger.ids().entrySet()) {
      String name = job.getKey();
      String id = job.getValue();
      Optional<Ledger.End> end = ledger.end(id);
      List<UUID> runs = record.of(name);
      if (end.isEmpty()) {
        lost.add(id);
        continue;
      }
      int attempt = end.get().attempt();
      if (!saidSo(id, attempt, runs)) {
        silent.add("%s, attempt %d, ran as %s".formatted(id, attempt, runs));
      }
      again += attempt > 1 ? 1 : 0;
      switch (end.get().verdict()) {
        case "accepted" -> {
          accepted++;
          if (!runs.contains(RunRecord.execution(id, attempt)) || attempt > MOST_ATTEMPTS) {
            wrong.add("%s is accepted in attempt %d, but ran as %s".formatted(id, attempt, runs));
          }
        }
        case "platform_error" -> {
          failed++;
          if (attempt < MOST_ATTEMPTS) {
            wrong.add(id + " failed in its first attempt");
          }
        }
        default -> wrong.add(id + " ended as " + end.get().verdict());
      }
    }
    return new Audit(ledger.ids().size(), accepted, again, failed, lost, silent, wrong);
  }

  /** One line for people. */
  String figures() {
    return ("%d ids given: %d accepted, %d failed; %d of them begun again and say so;"
            + " %d lost, %d run twice in silence, %d with a wrong end")
        .formatted(given, accepted, failed, again, lost.size(), silent.size(), wrong.size());
  }

  /** Nothing was lost, nothing was silent, and something was hit. */
  void assertClean() {
    assertThat(lost).as("lost jobs").isEmpty();
    assertThat(silent).as("jobs that ran twice in silence").isEmpty();
    assertThat(wrong).as("jobs whose end is not what happened").isEmpty();
    assertThat(again).as("jobs that a kill hit").isPositive();
  }

  /**
   * Each run is one of the attempts that the server tells of, and each attempt ran once at most.
   */
  private static boolean saidSo(String id, int attempt, List<UUID> runs) {
    Set<UUID> told = new HashSet<>();
    for (int i = 1; i <= attempt; i++) {
      told.add(RunRecord.execution(id, i));
    }
    return runs.stream().allMatch(told::remove);
  }
}
