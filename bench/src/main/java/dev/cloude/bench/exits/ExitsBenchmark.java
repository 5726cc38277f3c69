package dev.cloude.bench.exits;

import dev.cloude.bench.guest.FlatGuest;
import dev.cloude.bench.report.Interval;
import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a port write costs a guest under our VMM, and under a C program with the smallest possible
 * loop on the same KVM, taking turns.
 *
 * <p>A run's cost per exit is the slope between a guest with few exits and one with many, so that
 * making and taking apart the VM do not count. Time is the processor time of the thread that runs
 * the guest, which never waits: other load on the host stays out of it.
 */
public final class ExitsBenchmark {
  // Many short runs: on a busy host most of them are left alone, and the median is one of those.
  // Their number does not depend on how they come out, only on how far they lie apart.
  private static final int ROUNDS = 2_000;
  private static final double PRECISE_MICROS = 0.06;
  // Where everything is slow, such as in the lab, fewer will do once this time is over.
  private static final int FEWEST_ROUNDS = 11;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final double TARGET_MICROS = 0.5;

  // Enough for the second compiler to have seen the loop.
  private static final int WARM_UP_EXITS = 100_000;
  private static final int WARM_UP_RUN = 5_000;
  private static final double RUN_MICROS = 10_000;
  private static final int FEWEST = 600;
  private static final int MOST = 500_000;

  private final GuestRunner java;
  private final GuestRunner peer;
  private final Path folder;
  private final PrintStream progress;

  ExitsBenchmark(GuestRunner java, GuestRunner peer, Path folder, PrintStream progress) {
    this.java = java;
    this.peer = peer;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * @param program the compiled {@code exits.c}
   * @param folder for the guests; left to the caller to delete
   */
  public static List<Metric> run(Path program, Path folder, PrintStream progress) {
    return new ExitsBenchmark(new JavaRunner(), new ProgramRunner(program), folder, progress)
        .measure();
  }

  List<Metric> measure() {
    int many = warmUp();
    int few = many / 10;
    Path longer = guest(many);
    Path shorter = guest(few);
    progress.printf("up to %d rounds of %d and %d exits, Java and C in turn%n", ROUNDS, few, many);
    List<Double> javaCpu = new ArrayList<>();
    List<Double> peerCpu = new ArrayList<>();
    List<Double> difference = new ArrayList<>();
    List<Double> javaWall = new ArrayList<>();
    List<Double> peerWall = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      if (i >= FEWEST_ROUNDS && enough(difference, System.nanoTime() - start)) {
        break;
      }
      // Both right after each other, and in turn the first: what the host does meanwhile, and what
      // one leaves behind for the other, is in both and goes from the difference.
      Cost javaFew = java.run(shorter);
      Cost peerFew = peer.run(shorter);
      Cost peerFirst = i % 2 == 0 ? null : peer.run(longer);
      Cost javaMany = java.run(longer);
      Cost peerMany = peerFirst == null ? peer.run(longer) : peerFirst;
      javaCpu.add(javaMany.cpuMicrosBeyond(javaFew));
      peerCpu.add(peerMany.cpuMicrosBeyond(peerFew));
      difference.add(javaCpu.get(i) - peerCpu.get(i));
      javaWall.add(javaMany.wallMicrosBeyond(javaFew));
      peerWall.add(peerMany.wallMicrosBeyond(peerFew));
    }
    return List.of(
        Metric.lower("port exit, Java", "µs", javaCpu).withPeer(Statistics.median(peerCpu)),
        Metric.lower("port exit, C", "µs", peerCpu),
        Metric.lower("port exit, Java minus C", "µs", difference)
            .withTarget(TARGET_MICROS)
            .withInterval(),
        Metric.lower("port exit by the clock, Java", "µs", javaWall)
            .withPeer(Statistics.median(peerWall)));
  }

  private static boolean enough(List<Double> difference, long nanos) {
    return nanos > PATIENCE.toNanos() || Interval.ofMedian(difference).width() <= PRECISE_MICROS;
  }

  // Returns how many exits make a run long enough on this host.
  private int warmUp() {
    progress.printf("warming up with %d exits%n", WARM_UP_EXITS);
    Path guest = guest(WARM_UP_RUN);
    Cost last = null;
    for (int done = 0; done < WARM_UP_EXITS; done += WARM_UP_RUN) {
      last = java.run(guest);
    }
    double each = last.cpuNanos() / 1e3 / last.exits();
    return (int) Math.max(FEWEST, Math.min(MOST, RUN_MICROS / each));
  }

  private Path guest(int exits) {
    return FlatGuest.portWrites(exits).write(folder.resolve("exits-" + exits + ".elf"));
  }
}
