package dev.cloude.bench.job;

import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import dev.cloude.runtime.job.PlatformException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where the time of a hello world goes, phase by phase: as it was, which is the peer (no VM made
 * ahead, the agent asked over the network), and as it is, each in turn.
 */
public final class JobBenchmark {
  private static final int ROUNDS = 10;

  private final JobRunner before;
  private final Map<String, JobRunner> after;
  private final PrintStream progress;

  JobBenchmark(JobRunner before, Map<String, JobRunner> after, PrintStream progress) {
    this.before = before;
    this.after = after;
    this.progress = progress;
  }

  /** Makes a bridge and TAP devices: to be run as root, and not in the host's own network. */
  public static List<Metric> run(JobInputs inputs, PrintStream progress) {
    List<JobNode> nodes = new ArrayList<>();
    try {
      JobNode before =
          new JobNode(inputs, inputs.kernel(), Map.of("VM_PREPARED", "0", "VM_CHANNEL", "network"));
      nodes.add(before);
      Map<String, JobRunner> after = new LinkedHashMap<>();
      JobNode defaults = new JobNode(inputs, inputs.kernel(), Map.of());
      nodes.add(defaults);
      after.put("defaults", defaults);
      if (inputs.tuned().isPresent()) {
        JobNode tuned = new JobNode(inputs, inputs.tuned().get(), Map.of());
        nodes.add(tuned);
        after.put("tuned kernel", tuned);
      }
      return new JobBenchmark(before, after, progress).measure();
    } catch (PlatformException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      nodes.forEach(JobNode::close);
    }
  }

  List<Metric> measure() {
    progress.println("warming up, one job each");
    before.run();
    after.values().forEach(JobRunner::run);
    List<JobTimes> was = new ArrayList<>();
    Map<String, List<JobTimes>> is = new LinkedHashMap<>();
    for (int i = 0; i < ROUNDS; i++) {
      was.add(before.run());
      after.forEach(
          (name, runner) -> is.computeIfAbsent(name, key -> new ArrayList<>()).add(runner.run()));
      progress.printf("round %d of %d: before %.0f ms", i + 1, ROUNDS, was.get(i).total() / 1e6);
      is.forEach(
          (name, times) ->
              progress.printf(", %s %.0f ms", name, times.get(times.size() - 1).total() / 1e6));
      progress.println();
    }
    return is.entrySet().stream()
        .flatMap(entry -> rows(was, entry.getValue()).map(row -> row.prefixed(entry.getKey())))
        .toList();
  }

  private static Stream<Metric> rows(List<JobTimes> was, List<JobTimes> is) {
    return Stream.of(
        row("begin to result", was, is, JobTimes::total),
        row("files, and a network device where there is one", was, is, JobTimes::attach),
        row("VM to its first instruction", was, is, JobTimes::start),
        row("kernel", was, is, JobTimes::kernel),
        row("agent ready and seen", was, is, JobTimes::agent),
        row("program to its output", was, is, JobTimes::program),
        row("its end seen", was, is, JobTimes::result),
        row("afterwards: VM gone", was, is, JobTimes::cleanup));
  }

  private interface Phase {
    long nanos(JobTimes times);
  }

  private static Metric row(String name, List<JobTimes> was, List<JobTimes> is, Phase phase) {
    return Metric.lower(name, "ms", Statistics.each(is, times -> phase.nanos(times) / 1e6))
        .withPeer(Statistics.median(Statistics.each(was, times -> phase.nanos(times) / 1e6)));
  }
}
