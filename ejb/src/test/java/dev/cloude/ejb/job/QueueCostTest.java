package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.database.RecordedStatements;
import dev.cloude.ejb.database.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a job costs the database does not grow with what waits. */
class QueueCostTest {
  private static final int WAITING = 2_000;
  private static final int BATCH = 100;
  private static final int CLIENTS = 7;

  /** As many as a claim looks at, and some. */
  private static final long MOST_ROWS = 40;

  @ParameterizedTest
  @EnumSource
  void noQuestionOfAJobsWayLooksAtWhatWaits(Provider provider) throws Exception {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID()), "sa", "");
    RecordedStatements recorded = new RecordedStatements(pool);
    Jobs jobs = new Jobs(TestDatabase.upgraded(provider, recorded.dataSource()), 24);
    for (int filled = 0; filled < WAITING; filled += BATCH) {
      List<AcceptedJob> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        batch.add(TestJobs.accepted(TestJobs.of("client " + i % CLIENTS, "x")));
      }
      jobs.store(store -> store.submit(batch));
    }
    recorded.clear();

    NewJob job = TestJobs.with(TestJobs.of("client 1", "x"), Optional.of("key"), Map.of());
    UUID id = jobs.submit(job);
    Claim claim = jobs.claim();
    jobs.queue(queue -> queue.advance(claim.jobId(), claim.attempt(), JobState.RUNNING));
    jobs.queue(queue -> queue.finish(claim.jobId(), claim.attempt(), TestJobs.accepted()));
    jobs.release(claim);
    jobs.find(id);
    jobs.queue(queue -> queue.heldBy(Jobs.NODE));
    jobs.queue(queue -> queue.toBeCancelled(Jobs.NODE));

    assertThat(recorded.questions()).hasSizeGreaterThan(8);
    long all = 0;
    for (RecordedStatements.Statement question : recorded.questions()) {
      long rows = recorded.scanned(question);
      assertThat(rows).as("rows for %s", question).isLessThan(MOST_ROWS);
      all += rows;
    }
    assertThat(all).as("rows for all questions").isPositive();
    pool.dispose();
  }
}
