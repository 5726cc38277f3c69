package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.awaitility.Awaitility;

/**
 * A server that is killed over and over at random moments while clients give it work. The seed
 * repeats the choices, though not what the server does meanwhile.
 */
final class CrashRounds implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** When a server is killed. */
  enum Moment {
    UNDER_LOAD,
    WHILE_IT_RECOVERS,
    WHILE_IT_STARTS
  }

  /**
   * What is started.
   *
   * @param home its data, and its log
   * @param ready the path that answers 200 when it may be used
   * @param mostLoad how long it lives at most under load
   * @param hasVms whether it has processes and devices, in a network namespace of its own
   */
  record Subject(
      Path home,
      Path war,
      Map<String, String> settings,
      String ready,
      Duration mostLoad,
      boolean hasVms) {}

  final Ledger ledger = new Ledger();
  private final MovingServer address = new MovingServer();
  private final Map<Moment, Integer> kills = new EnumMap<>(Moment.class);
  private final List<LoadClient> clients = new ArrayList<>();
  private final ExecutorService threads;
  private final Random random;
  private final Subject subject;

  /** What was there of VMs after the kills since the server was last ready. */
  private final List<Leftovers> left = new ArrayList<>();

  /** How many processes and devices outlived a server, before the next one was ready. */
  private int outlived;

  /**
   * Starts the clients, which wait for a server.
   *
   * @param inFlight jobs of each client
   * @param programs a program, given its job's name and what it may be chosen by
   */
  CrashRounds(
      long seed,
      Subject subject,
      int clientCount,
      int inFlight,
      BiFunction<String, Random, String> programs) {
    this.random = new Random(seed);
    this.subject = subject;
    this.threads = Executors.newFixedThreadPool(clientCount);
    for (int i = 0; i < clientCount; i++) {
      Random choice = new Random(random.nextLong());
      LoadClient client =
          new LoadClient(address, ledger, "c" + i, inFlight, name -> programs.apply(name, choice));
      clients.add(client);
      threads.execute(client);
    }
  }

  /** One life of the server. The first one is under load, so that there is something to recover. */
  void kill() throws Exception {
    Moment moment = kills.isEmpty() ? Moment.UNDER_LOAD : moment();
    kills.merge(moment, 1, Integer::sum);
    try (PayaraProcess server =
        PayaraProcess.launch(subject.home(), subject.war(), subject.settings())) {
      switch (moment) {
        case UNDER_LOAD -> {
          awaitReady(server);
          letGo(subject.mostLoad());
        }
        case WHILE_IT_RECOVERS -> {
          // Right before what an earlier life left is looked at.
          server.awaitLog("Database tables are at version");
          letGo(Duration.ofMillis(1500));
        }
        case WHILE_IT_STARTS -> letGo(Duration.ofSeconds(12));
      }
      server.kill();
      if (subject.hasVms()) {
        left.add(Leftovers.now());
      }
    }
  }

  /** A server that says that it is ready has cleaned up after those before it. */
  private void awaitReady(PayaraProcess server) throws Exception {
    server.awaitAnswer(subject.ready());
    if (subject.hasVms()) {
      Leftovers now = Leftovers.now();
      for (Leftovers before : left) {
        outlived += before.count();
        assertThat(now.of(before)).as("left of an earlier life").matches(Leftovers::isEmpty);
      }
      left.clear();
    }
    address.at(server.address());
  }

  private Moment moment() {
    int chance = random.nextInt(10);
    if (chance < 5) {
      return Moment.UNDER_LOAD;
    }
    return chance < 8 ? Moment.WHILE_IT_RECOVERS : Moment.WHILE_IT_STARTS;
  }

  /** The moment is what is random here; nothing waits for anything. */
  private void letGo(Duration most) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt((int) most.toMillis()));
  }

  /** The last life: no new jobs, and the end of all that were accepted. */
  PayaraProcess last() throws Exception {
    clients.forEach(LoadClient::stop);
    PayaraProcess server = PayaraProcess.launch(subject.home(), subject.war(), subject.settings());
    try {
      awaitReady(server);
      threads.shutdown();
      assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      for (String id : ledger.ids().values()) {
        Awaitility.await("the end of job " + id)
            .atMost(PATIENCE)
            .until(
                () -> clients.get(0).look(id),
                job -> job.isEmpty() || job.get().path("state").asText().equals("finished"));
      }
      awaitNoLeases(server);
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  /** The server counts every five seconds; a count of before the last end is not believed. */
  private static void awaitNoLeases(PayaraProcess server) {
    Awaitility.await("no leases")
        .atMost(Duration.ofSeconds(60))
        .during(Duration.ofSeconds(6))
        .until(
            () -> server.get("/api/metrics").body(),
            shown ->
                shown.contains("\ncloude_leases 0.0\n")
                    && shown.contains("\ncloude_leaked{kind=\"lease\"} 0.0\n"));
  }

  /** How often the server was killed, and when. */
  Map<Moment, Integer> kills() {
    return kills;
  }

  /** How many processes and devices outlived a server, until the next one removed them. */
  int outlived() {
    return outlived;
  }

  @Override
  public void close() {
    clients.forEach(LoadClient::stop);
    address.close();
    threads.shutdownNow();
  }
}
