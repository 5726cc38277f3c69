package dev.cloude.bench.density;

import dev.cloude.bench.guest.FlatGuest;
import dev.cloude.bench.report.Metric;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an idle VM takes of the host beyond the RAM that its guest touched, with 1, 10 and 50 of
 * them in this process; what is left after 200 have come and gone; and what a process for each
 * costs.
 *
 * <p>Wants a JVM whose heap has one size and is in memory from the start, so that what grows is not
 * the heap; Java objects are counted by what is live.
 */
public final class DensityBenchmark {
  private static final List<Integer> COUNTS = List.of(1, 10, 50);
  private static final int ROUNDS = 10;
  private static final int CHURN = 200;
  private static final int CHURN_ROUNDS = 3;
  private static final int AT_ONCE = 10;
  private static final int WARM_UP = 50;

  private static final double TARGET_MIB = 5;
  private static final double TARGET_THREADS = IdleVms.VCPUS + 1;
  private static final double TARGET_LEFT_KIB = 1024;
  private static final double KIB = 1 << 10;
  private static final double MIB = 1 << 20;

  private final Path guest;
  private final PrintStream progress;

  private DensityBenchmark(Path guest, PrintStream progress) {
    this.guest = guest;
    this.progress = progress;
  }

  /**
   * @param folder for the guest; left to the caller to delete
   */
  public static List<Metric> run(Path folder, PrintStream progress) {
    Path guest = FlatGuest.idle().write(folder.resolve("idle.elf"));
    return new DensityBenchmark(guest, progress).measure();
  }

  private List<Metric> measure() {
    progress.printf("warming up with %d VMs%n", 2 * WARM_UP);
    IdleVms.start(guest, WARM_UP).close();
    IdleVms.start(guest, WARM_UP).close();
    List<Metric> metrics = new ArrayList<>();
    for (int count : COUNTS) {
      progress.printf("%d rounds of %d idle VMs%n", ROUNDS, count);
      metrics.addAll(idle(count));
    }
    progress.printf("%d rounds of %d VMs, %d at a time%n", CHURN_ROUNDS, CHURN, AT_ONCE);
    metrics.addAll(churn());
    metrics.addAll(Isolation.measure(guest, progress));
    return metrics;
  }

  private List<Metric> idle(int count) {
    List<Double> all = new ArrayList<>();
    List<Double> kernel = new ArrayList<>();
    List<Double> touched = new ArrayList<>();
    List<Double> threads = new ArrayList<>();
    List<Double> kernelThreads = new ArrayList<>();
    List<Double> descriptors = new ArrayList<>();
    Footprint before = Footprint.now();
    for (int i = 0; i < ROUNDS; i++) {
      Footprint during;
      try (IdleVms vms = IdleVms.start(guest, count)) {
        during = Footprint.now();
      }
      Footprint after = Footprint.now();
      checkGuestsSeen(before, during, count);
      // Against the middle of before and after: what grows by itself, in this process or by another
      // in the kernel, cancels.
      double kernelBytes = during.kernel() - (before.kernel() + after.kernel()) / 2.0;
      double processBytes = during.process() - (before.process() + after.process()) / 2.0;
      kernel.add(kernelBytes / count / MIB);
      all.add((kernelBytes + processBytes) / count / MIB);
      touched.add(
          (during.mappings().guestResident() - before.mappings().guestResident()) / MIB / count);
      threads.add((during.threads() - before.threads()) / (double) count);
      kernelThreads.add((during.kernelThreads() - before.kernelThreads()) / (double) count);
      descriptors.add((during.descriptors() - before.descriptors()) / (double) count);
      before = after;
    }
    String name = "thread mode, " + count + (count == 1 ? " VM: " : " VMs: ");
    return List.of(
        Metric.lower(name + "memory per VM", "MiB", all).withTarget(TARGET_MIB),
        Metric.lower(name + "of it the kernel's", "MiB", kernel),
        Metric.lower(name + "guest RAM touched, not counted", "MiB", touched),
        Metric.lower(name + "threads per VM", "", threads).withTarget(TARGET_THREADS),
        Metric.lower(name + "KVM's own threads per VM", "", kernelThreads),
        Metric.lower(name + "descriptors per VM", "", descriptors));
  }

  // Were the guests' RAM not told apart, it would be counted as the VMM's.
  private static void checkGuestsSeen(Footprint before, Footprint during, int count) {
    long seen = during.mappings().guestSize() - before.mappings().guestSize();
    if (seen != count * IdleVms.RAM) {
      throw new IllegalStateException(
          String.format(
              "%d guests have %d bytes of RAM, but the process's map shows %d.",
              count, count * IdleVms.RAM, seen));
    }
  }

  private List<Metric> churn() {
    List<Double> descriptors = new ArrayList<>();
    List<Double> threads = new ArrayList<>();
    List<Double> mappings = new ArrayList<>();
    List<Double> guestRam = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    Footprint before = Footprint.now();
    for (int i = 0; i < CHURN_ROUNDS; i++) {
      for (int done = 0; done < CHURN; done += AT_ONCE) {
        IdleVms.start(guest, AT_ONCE).close();
      }
      Footprint after = Footprint.now();
      descriptors.add((double) after.descriptors() - before.descriptors());
      threads.add((double) after.threads() - before.threads());
      mappings.add((double) after.mappings().count() - before.mappings().count());
      guestRam.add((after.mappings().guestSize() - before.mappings().guestSize()) / KIB);
      memory.add((after.process() - before.process()) / KIB);
      before = after;
    }
    String name = "after " + CHURN + " VMs: ";
    return List.of(
        Metric.lower(name + "descriptors left", "", descriptors).withTarget(0),
        Metric.lower(name + "threads left", "", threads).withTarget(0),
        Metric.lower(name + "mappings left", "", mappings).withTarget(0),
        Metric.lower(name + "guest RAM left", "KiB", guestRam).withTarget(0),
        Metric.lower(name + "process memory left", "KiB", memory).withTarget(TARGET_LEFT_KIB));
  }
}
