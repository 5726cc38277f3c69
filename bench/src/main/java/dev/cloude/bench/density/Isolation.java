package dev.cloude.bench.density;

import dev.cloude.bench.report.Metric;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.child.IsolatedVm;
import dev.cloude.vmm.child.IsolatedVms;
import dev.cloude.vmm.child.IsolationSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a process for each VM costs beside a VM in threads: memory of the processes, each page that
 * several share counted in parts, without what their guests touched; and the time that a start
 * takes its caller.
 */
final class Isolation {
  private static final List<Integer> COUNTS = List.of(1, 10, 50);
  private static final int ROUNDS = 3;
  private static final int STARTS = 20;
  private static final int COLD_STARTS = 10;
  private static final double MIB = 1 << 20;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long LOOK_NANOS = 100_000_000;

  private final MicroVmConfig config;
  private final PrintStream progress;

  private Isolation(Path guest, PrintStream progress) {
    this.config =
        MicroVmConfig.builder(guest).memoryBytes(IdleVms.RAM).vcpus(IdleVms.VCPUS).build();
    this.progress = progress;
  }

  static List<Metric> measure(Path guest, PrintStream progress) {
    try {
      return new Isolation(guest, progress).measure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The benchmark was interrupted.", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the footprint of a VM's process", e);
    }
  }

  private List<Metric> measure() throws InterruptedException, IOException {
    List<Metric> metrics = new ArrayList<>();
    for (int count : COUNTS) {
      progress.printf("%d rounds of %d VMs in processes%n", ROUNDS, count);
      metrics.addAll(idle(count));
    }
    progress.printf("starts in both modes%n");
    metrics.add(Metric.lower("thread mode: start", "ms", inThreads()));
    metrics.add(Metric.lower("process mode: start, process ahead", "ms", inProcesses(1, STARTS)));
    metrics.add(Metric.lower("process mode: start, none ahead", "ms", inProcesses(0, COLD_STARTS)));
    return metrics;
  }

  private List<Metric> idle(int count) throws InterruptedException, IOException {
    List<Double> all = new ArrayList<>();
    List<Double> kernel = new ArrayList<>();
    List<Double> threads = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      try (IsolatedVms vms = open(0)) {
        long before = KernelMemory.now();
        List<IsolatedVm> running = new ArrayList<>();
        for (int n = 0; n < count; n++) {
          running.add(vms.start(config));
        }
        double processes = settled(running);
        double kernelBytes = KernelMemory.now() - before;
        kernel.add(kernelBytes / count / MIB);
        all.add((processes + kernelBytes) / count / MIB);
        threads.add(threads(running) / (double) count);
      }
    }
    String name = "process mode, " + count + (count == 1 ? " VM: " : " VMs: ");
    return List.of(
        Metric.lower(name + "memory per VM", "MiB", all),
        Metric.lower(name + "of it the kernel's", "MiB", kernel),
        Metric.lower(name + "threads per VM, its JVM's among them", "", threads));
  }

  // A JVM comes to rest a moment after its guest.
  private static double settled(List<IsolatedVm> running) throws IOException {
    double last = 0;
    for (double now = memory(running); now != last; now = memory(running)) {
      last = now;
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return last;
  }

  private static double memory(List<IsolatedVm> running) throws IOException {
    double sum = 0;
    for (IsolatedVm vm : running) {
      sum += Mappings.parse(Files.readAllLines(proc(vm).resolve("smaps"))).otherShare();
    }
    return sum;
  }

  private static long threads(List<IsolatedVm> running) throws IOException {
    long sum = 0;
    for (IsolatedVm vm : running) {
      try (Stream<Path> tasks = Files.list(proc(vm).resolve("task"))) {
        sum += tasks.count();
      }
    }
    return sum;
  }

  private static Path proc(IsolatedVm vm) {
    return Path.of("/proc", Long.toString(vm.process()));
  }

  private List<Double> inThreads() {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      MicroVm vm = MicroVm.start(config);
      millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
      vm.close();
    }
    return millis;
  }

  private List<Double> inProcesses(int ahead, int starts) throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    try (IsolatedVms vms = open(ahead)) {
      for (int i = 0; i < starts; i++) {
        while (vms.prestarted() < ahead) {
          LockSupport.parkNanos(LOOK_NANOS);
        }
        long start = System.nanoTime();
        IsolatedVm vm = vms.start(config);
        millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
        vm.close();
      }
    }
    return millis;
  }

  private static IsolatedVms open(int ahead) throws InterruptedException {
    return IsolatedVms.open(
        new IsolationSettings(
            ahead, IsolationSettings.FIRST_USER, IsolationSettings.MEMORY_GROUPS));
  }
}
