package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers share a PostgreSQL: each job runs once, and of a dead one the other takes over. */
@Tag("peers")
class PeersTest {
  private static final int JOBS = 1000;
  private static final int BATCH = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACTIVE = "('BOOTING', 'COMPILING', 'RUNNING')";

  @TempDir private Path folder;
  private Connection database;

  @Test
  void everyJobRunsOnceAndOnlyTheDeadOnesJobsRunAgain() throws Exception {
    Path war = folder.resolve("cloude.war");
    TestArchive.withScriptedGuests().as(ZipExporter.class).exportTo(war.toFile());
    Path record = Files.createFile(folder.resolve("record"));
    try (PostgresProcess postgres = PostgresProcess.start();
        Connection connection = postgres.connect();
        PayaraProcess one = start("one", war, record, postgres);
        PayaraProcess two = start("two", war, record, postgres)) {
      database = connection;
      Ledger first = submit(List.of(one, two), "a", 5);
      awaitFinished(JOBS);
      Audit audit = audit(first, record);
      Map<String, Long> shares = shares();
      System.out.printf("peers: two servers: %s; jobs by server %s%n", audit.figures(), shares);
      assertThat(audit.accepted()).isEqualTo(JOBS);
      assertThat(audit.again()).isZero();
      assertThat(audit.silent()).isEmpty();
      assertThat(RunRecord.read(record).count()).isEqualTo(JOBS);
      assertThat(shares).containsOnlyKeys("one", "two");

      Ledger second = submit(List.of(one, two), "b", 300);
      awaitFinished(JOBS + JOBS / 4);
      one.kill();
      // What the database was told before the end is not undone by it.
      awaitNumber("select count(*) from pg_stat_activity where application_name = 'one'", 0);
      Set<String> held = ids("select id from job where node_id = 'one' and state in " + ACTIVE);
      long others = number("select count(*) from job where state <> 'FINISHED'") - held.size();
      awaitFinished(2 * JOBS);
      audit = audit(second, record);
      System.out.printf(
          "peers: one of two servers killed: it held %d of the %d open jobs; %s%n",
          held.size(), held.size() + others, audit.figures());
      assertThat(audit.lost()).isEmpty();
      assertThat(audit.silent()).isEmpty();
      assertThat(audit.wrong()).isEmpty();
      assertThat(held).isNotEmpty();
      assertThat(ids("select id from job where attempt > 1")).isEqualTo(held);
      awaitNumber("select count(*) from ip_lease", 0);
      assertThat(ids("select id from node")).containsExactly("two");
    }
  }

  private PayaraProcess start(String node, Path war, Path record, PostgresProcess postgres)
      throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("NODE_ID", node);
    // Longer than a busy machine keeps a timer waiting.
    settings.put("NODE_DEAD_SECS", "20");
    settings.put("VM_MAX_CONCURRENT", "8");
    settings.put("DATABASE_URL", postgres.url(node));
    settings.put("DATABASE_DRIVER", driver());
    settings.put(ScriptedGuestSessions.RECORD, record.toString());
    return PayaraProcess.start(Files.createDirectories(folder.resolve(node)), war, settings);
  }

  private static String driver() throws Exception {
    return Path.of(
            org.postgresql.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  private static Ledger submit(List<PayaraProcess> servers, String kind, int millis)
      throws Exception {
    Ledger ledger = new Ledger();
    for (int batch = 0; batch < JOBS / BATCH; batch++) {
      List<String> names = new ArrayList<>();
      List<Map<String, String>> jobs = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        String name = kind + batch + "-" + i;
        names.add(name);
        jobs.add(Map.of("language", "python", "source", "record %s %d".formatted(name, millis)));
      }
      JsonNode answer =
          servers
              .get(batch % servers.size())
              .post("/api/v1/jobs/batch", JSON.writeValueAsString(Map.of("jobs", jobs)));
      for (int i = 0; i < BATCH; i++) {
        ledger.given(names.get(i), answer.path("jobs").path(i).path("id").asText());
      }
    }
    return ledger;
  }

  private void awaitFinished(int jobs) {
    Awaitility.await(jobs + " finished jobs")
        .atMost(PATIENCE)
        .until(() -> number("select count(*) from job where state = 'FINISHED'") >= jobs);
  }

  private void awaitNumber(String query, long wanted) {
    Awaitility.await(query).atMost(PATIENCE).until(() -> number(query) == wanted);
  }

  private Audit audit(Ledger ledger, Path record) throws Exception {
    Set<String> known = Set.copyOf(ledger.ids().values());
    try (Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select id, verdict, attempt from job where state = 'FINISHED'")) {
      while (rows.next()) {
        if (known.contains(rows.getString(1))) {
          ledger.ended(
              rows.getString(1),
              new Ledger.End(rows.getString(2).toLowerCase(Locale.ROOT), rows.getInt(3)));
        }
      }
    }
    return Audit.of(ledger, RunRecord.read(record));
  }

  private Map<String, Long> shares() throws Exception {
    Map<String, Long> shares = new HashMap<>();
    try (Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery("select node_id, count(*) from job group by node_id")) {
      while (rows.next()) {
        shares.put(rows.getString(1), rows.getLong(2));
      }
    }
    return shares;
  }

  private Set<String> ids(String query) throws Exception {
    Set<String> ids = new TreeSet<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  private long number(String query) throws Exception {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
