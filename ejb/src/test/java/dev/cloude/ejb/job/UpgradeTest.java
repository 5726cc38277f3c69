package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.database.Schema;
import dev.cloude.ejb.database.TestDatabase;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What the first version of the tables held is there after the upgrade, and runs. */
class UpgradeTest {
  private static final UUID WAITING = new UUID(0, 1);
  private static final UUID RUNNING = new UUID(0, 2);
  private static final UUID DONE = new UUID(0, 3);
  private static final UUID TIMED_OUT = new UUID(0, 4);
  private static final UUID ERROR = new UUID(0, 5);

  @Test
  void jobsOfTheFirstVersionLiveOn() throws SQLException {
    DataSource database = TestDatabase.fresh();
    Flyway old =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(database)
            .locations("classpath:db/migration")
            .placeholders(Map.of("bytes", bytesOf(database)))
            .cleanDisabled(false)
            .target("1")
            .load();
    old.clean();
    old.migrate();
    try (Connection connection = database.getConnection()) {
      insert(connection, WAITING, "PENDING", null, false, null);
      insert(connection, RUNNING, "RUNNING", null, false, null);
      insert(connection, DONE, "DONE", 7, false, null);
      insert(connection, TIMED_OUT, "DONE", 124, true, null);
      insert(connection, ERROR, "ERROR", null, false, "No kernel.");
    }

    TestDatabase upgraded = TestDatabase.upgraded(Provider.HIBERNATE, database);

    upgraded.inTransaction(
        em -> {
          JobStore store = new JobStore(em, null);
          JobResult done = store.find(DONE).orElseThrow().result().orElseThrow();
          assertThat(done.verdict()).isEqualTo(Verdict.RUNTIME_ERROR);
          assertThat(done.exitCode()).hasValue(7);
          assertThat(done.stdout().bytes()).containsExactly('o');
          assertThat(store.find(TIMED_OUT).orElseThrow().summary().verdict())
              .contains(Verdict.TIME_LIMIT);
          JobResult error = store.find(ERROR).orElseThrow().result().orElseThrow();
          assertThat(error.verdict()).isEqualTo(Verdict.PLATFORM_ERROR);
          assertThat(error.failure()).contains("No kernel.");
          return null;
        });
    JobQueue.Reaped reaped =
        upgraded.inTransaction(em -> queue(em).reap("n", RestartPolicy.REQUEUE, "restarted"));
    assertThat(reaped.requeued()).as("it belongs to nobody").hasSize(1);
    Claim claim =
        upgraded
            .inTransaction(em -> queue(em).claimNext("n", policy -> true, policy -> List.of()))
            .orElseThrow();
    assertThat(claim.jobId()).isEqualTo(WAITING.toString());
    assertThat(claim.execution().files().get(0).content()).containsExactly('s');
    assertThat(claim.execution().stdin()).containsExactly('i');
    assertThat(claim.execution().limits()).isEqualTo(TestJobs.LIMITS.defaults());
  }

  private static JobQueue queue(EntityManager em) {
    NetworkSettings network = NetworkSettings.from(new Settings(name -> Optional.empty()));
    return new JobQueue(em, new IpLeases(em, network), TestJobs.LIMITS);
  }

  private static String bytesOf(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.getMetaData().getDatabaseProductName().startsWith("Postgre")
          ? "bytea"
          : "blob";
    }
  }

  private static void insert(
      Connection connection,
      UUID id,
      String state,
      Integer exitCode,
      boolean timedOut,
      String failure)
      throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement(
            "insert into job (id, language, source, stdin, state, attempt, version, exit_code,"
                + " stdout, stderr, stdout_truncated, stderr_truncated, timed_out, failure,"
                + " created_at) values (?, 'python', ?, ?, ?, 0, 0, ?, ?, ?, false, false, ?, ?, ?)")) {
      row.setString(1, id.toString());
      row.setBytes(2, new byte[] {'s'});
      row.setBytes(3, new byte[] {'i'});
      row.setString(4, state);
      row.setObject(5, exitCode, Types.INTEGER);
      row.setBytes(6, new byte[] {'o'});
      row.setBytes(7, new byte[0]);
      row.setBoolean(8, timedOut);
      row.setString(9, failure);
      row.setLong(10, id.getLeastSignificantBits());
      row.executeUpdate();
    }
  }
}
