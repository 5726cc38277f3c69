package dev.cloude.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Keeps a number of jobs in the server's queue: for each that ends another one is submitted. So
 * many jobs wait all the time, and each is submitted, claimed, run and stored among them.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int MOST_CLIENTS = 8;
  private static final int BATCH = 100;

  /** As many as run at once: they hold the queue while it is filled. */
  static final int PERMITS = 4;

  private final MeasuredServer server;
  private final List<Queue<String>> clients = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * Some seconds of steady load.
   *
   * @param perSecond jobs that ended
   * @param latencies from the submission's acceptance to the stored result, each in milliseconds
   */
  record Window(double perSecond, List<Double> latencies) {}

  private SteadyLoad(MeasuredServer server, int count) {
    this.server = server;
    for (int i = 0; i < count; i++) {
      clients.add(new ArrayDeque<>());
    }
    threads = Executors.newFixedThreadPool(count);
  }

  /**
   * Fills the queue.
   *
   * @param depth jobs that have not ended
   * @param folder for a file that holds the queue meanwhile
   */
  static SteadyLoad fill(MeasuredServer server, int depth, Path folder)
      throws IOException, InterruptedException {
    SteadyLoad load = new SteadyLoad(server, Math.min(depth, MOST_CLIENTS));
    Path gate = Files.createTempFile(folder, "gate", "");
    List<String> holders = server.submitAll(Collections.nCopies(PERMITS, gate.toString()));
    int filled = 0;
    while (filled < depth) {
      int some = Math.min(BATCH, depth - filled);
      for (String id : server.submitAll(Collections.nCopies(some, "print(1)"))) {
        load.clients.get(filled++ % load.clients.size()).add(id);
      }
    }
    Files.delete(gate);
    for (String id : holders) {
      server.await(id);
    }
    return load;
  }

  /** Measures for a while, and one job of each client at least. */
  Window run(Duration time) throws IOException, InterruptedException {
    long began = System.nanoTime();
    List<Callable<List<Double>>> work = new ArrayList<>();
    for (Queue<String> open : clients) {
      work.add(
          () -> {
            List<Double> latencies = new ArrayList<>();
            do {
              latencies.add(latency(server.await(open.remove())));
              open.add(server.submit("print(1)"));
            } while (System.nanoTime() - began < time.toNanos());
            return latencies;
          });
    }
    List<Double> all = new ArrayList<>();
    for (Future<List<Double>> client : threads.invokeAll(work)) {
      all.addAll(result(client));
    }
    return new Window(all.size() / ((System.nanoTime() - began) / 1e9), all);
  }

  private static <T> T result(Future<T> work) throws IOException, InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw new IOException("a client of the benchmark failed: " + e.getCause().getMessage(), e);
    }
  }

  private static double latency(JsonNode job) {
    Instant created = Instant.parse(job.path("created_at").asText());
    Instant finished = Instant.parse(job.path("finished_at").asText());
    return Duration.between(created, finished).toNanos() / 1e6;
  }

  /** Waits until nothing is left in the queue. */
  void drain() throws IOException, InterruptedException {
    for (Queue<String> open : clients) {
      for (String id : open) {
        server.await(id);
      }
      open.clear();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
