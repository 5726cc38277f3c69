package dev.cloude.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the queue costs, with VMs that answer at once, while 1, 10, 1,000 and 10,000 jobs wait; and
 * what jobs cost with real VMs.
 */
public final class JobsBenchmark {
  private static final int[] DEPTHS = {1, 10, 1_000, 10_000};
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final double TARGET_RATIO = 1.3;
  private static final int VM_JOBS = 12;
  private static final int VMS_AT_ONCE = 2;

  private final Path launcher;
  private final Path folder;
  private final PrintStream progress;

  private JobsBenchmark(Path launcher, Path folder, PrintStream progress) {
    this.launcher = launcher;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * @param launcher {@code ./cloude}, which starts the servers
   * @param folder for their data; left to the caller to delete
   */
  public static List<Metric> run(Path launcher, Path folder, PrintStream progress)
      throws IOException {
    JobsBenchmark benchmark = new JobsBenchmark(launcher, folder, progress);
    try {
      List<Metric> metrics = new ArrayList<>(benchmark.instant());
      metrics.addAll(benchmark.vms());
      return metrics;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private List<Metric> instant() throws IOException, InterruptedException {
    List<Metric> metrics = new ArrayList<>();
    Map<Integer, List<Double>> costs = new HashMap<>();
    progress.println("starting a server whose VMs answer at once");
    try (MeasuredServer server = MeasuredServer.start(launcher, "instant", folder)) {
      try (SteadyLoad load = SteadyLoad.fill(server, DEPTHS[1], folder)) {
        progress.printf("warming up for %d s%n", WARM_UP.toSeconds());
        load.run(WARM_UP);
        load.drain();
      }
      for (int depth : DEPTHS) {
        progress.printf("%d jobs in the queue%n", depth);
        try (SteadyLoad load = SteadyLoad.fill(server, depth, folder)) {
          costs.put(depth, measure(load, depth + " queued: ", metrics));
          if (depth != DEPTHS[DEPTHS.length - 1]) {
            load.drain();
          }
        }
      }
    }
    List<Double> few = costs.get(DEPTHS[1]);
    double base = Statistics.median(few);
    metrics.add(
        Metric.lower(
                "cost per job, 10,000 queued over 10",
                "",
                costs.get(DEPTHS[DEPTHS.length - 1]).stream().map(cost -> cost / base).toList())
            .withTarget(TARGET_RATIO));
    return metrics;
  }

  /** Adds the figures; returns the cost per job of each round, in milliseconds. */
  private static List<Double> measure(SteadyLoad load, String name, List<Metric> metrics)
      throws IOException, InterruptedException {
    List<Double> rates = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    List<Double> middles = new ArrayList<>();
    List<Double> slowest = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      SteadyLoad.Window window = load.run(ROUND);
      rates.add(window.perSecond());
      costs.add(1000 / window.perSecond());
      List<Double> sorted = window.latencies().stream().sorted().toList();
      middles.add(Statistics.median(sorted));
      slowest.add(sorted.get((int) (0.99 * (sorted.size() - 1))));
    }
    metrics.add(Metric.higher(name + "jobs per second", "/s", rates));
    metrics.add(Metric.lower(name + "cost per job", "ms", costs));
    metrics.add(Metric.lower(name + "submission to result, p50", "ms", middles));
    metrics.add(Metric.lower(name + "submission to result, p99", "ms", slowest));
    return costs;
  }

  private List<Metric> vms() throws IOException, InterruptedException {
    progress.println("starting a server with real VMs");
    try (MeasuredServer server = MeasuredServer.start(launcher, "vms", folder)) {
      server.await(server.submit("print(1)"));
      List<Double> total = new ArrayList<>();
      List<Double> outside = new ArrayList<>();
      progress.printf("%d jobs one after another%n", VM_JOBS);
      for (int i = 0; i < VM_JOBS; i++) {
        long began = System.nanoTime();
        JsonNode timings = server.await(server.submit("print(1)")).at("/result/timings_ms");
        double all = (System.nanoTime() - began) / 1e6;
        double inside = timings.path("agent_ready").asDouble() + timings.path("run").asDouble();
        total.add(all);
        outside.add(100 * (all - inside) / all);
      }
      progress.printf("%d jobs, %d at once%n", VM_JOBS, VMS_AT_ONCE);
      long began = System.nanoTime();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < VM_JOBS; i++) {
        ids.add(server.submit("print(1)"));
      }
      for (String id : ids) {
        server.await(id);
      }
      double rate = VM_JOBS / ((System.nanoTime() - began) / 1e9);
      return List.of(
          Metric.lower("real VMs: submission to result", "ms", total),
          Metric.lower("real VMs: time outside the guest", "%", outside),
          Metric.higher("real VMs, 2 at once: jobs per second", "/s", List.of(rate)));
    }
  }
}
