package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.lease.IpLeases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several claimers on one table, as several nodes would be. */
class ConcurrentClaimsTest {
  private static final int THREADS = 8;
  private static final int JOBS = 200;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"ECLIPSELINK, true", "ECLIPSELINK, false", "HIBERNATE, true", "HIBERNATE, false"})
  void everyJobIsClaimedOnceAndNoAddressIsHeldTwice(Provider provider, boolean addresses)
      throws Exception {
    Jobs jobs = new Jobs(provider, 16);
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      submitted.add(jobs.submit("print(" + i + ")").toString());
    }
    List<Callable<List<String>>> claimers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      claimers.add(() -> claimAll(jobs, addresses));
    }

    List<String> claimed = new ArrayList<>();
    for (Future<List<String>> claimer : threads.invokeAll(claimers)) {
      claimed.addAll(claimer.get());
    }

    assertThat(claimed).containsExactlyInAnyOrderElementsOf(submitted);
    // Leases are unique by a constraint: that many rows are that many addresses.
    assertThat(jobs.leases(IpLeases::taken)).isEqualTo(addresses ? JOBS : 0);
  }

  private static List<String> claimAll(Jobs jobs, boolean addresses) {
    List<String> claimed = new ArrayList<>();
    while (true) {
      Optional<Claim> claim = jobs.tryClaim(policy -> addresses);
      if (claim.isPresent()) {
        claimed.add(claim.get().jobId());
      } else if (jobs.<Long>queue(JobQueue::queued) == 0) {
        return claimed;
      }
    }
  }
}
