package dev.cloude.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What the queue reports. Thread-safe; nothing here fails or blocks. */
public final class JobMetrics {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final MeterRegistry registry;
  private final Counter submitted;
  private final Counter requeued;
  private final Counter refused;
  private final Timer wait;
  private final Timer boot;
  private final Timer run;
  private final Timer teardown;
  private final Timer lateness;
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong leases = new AtomicLong();
  private final AtomicLong leakedLeases = new AtomicLong();

  public JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    submitted = counter("cloude.jobs.submitted", "Jobs that this node accepted.");
    requeued = counter("cloude.jobs.requeued", "Jobs that went back to the queue.");
    refused = counter("cloude.jobs.refused", "Submissions refused because the queue was full.");
    wait = timer("cloude.job.wait", "From a job's submission to its claim.");
    boot = timer("cloude.vm.boot", "From a VM's start to its agent's first answer.");
    run = timer("cloude.job.run", "The program itself.");
    teardown = timer("cloude.vm.teardown", "From the stored result until nothing is left.");
    lateness =
        timer("cloude.deadline.lateness", "How late the host noticed that its deadline was over.");
    gauge("cloude.queue.depth", "Jobs that wait, on all nodes.", queued::get);
    gauge("cloude.leases", "Addresses taken by this node.", leases::get);
    Gauge.builder("cloude.leaked", leakedLeases::get)
        .tag("kind", "lease")
        .description("What is there beyond what runs.")
        .register(registry);
  }

  /** A job was accepted. */
  public void submitted() {
    submitted.increment();
  }

  /** A submission was refused because the queue was full. */
  public void refused() {
    refused.increment();
  }

  /** Jobs went back to the queue. */
  public void requeued(int jobs) {
    requeued.increment(jobs);
  }

  /**
   * A job ended on this node.
   *
   * @param verdict in lower case
   */
  public void finished(String verdict) {
    Counter.builder("cloude.jobs.finished")
        .tag("verdict", verdict)
        .description("Jobs that ended on this node.")
        .register(registry)
        .increment();
  }

  /**
   * A VM was made only to see whether its agent answers.
   *
   * @param result {@code ready}, {@code failed}, or {@code gave_way} to a job
   */
  public void canary(String result) {
    Counter.builder("cloude.canaries")
        .tag("result", result)
        .description("VMs of this node that ran nothing.")
        .register(registry)
        .increment();
  }

  /** From a job's submission to its claim. */
  public void waited(Duration time) {
    wait.record(time);
  }

  /** From a VM's start to its agent's first answer. */
  public void booted(Duration time) {
    boot.record(time);
  }

  /** The program itself. */
  public void ran(Duration time) {
    run.record(time);
  }

  /** From the stored result until nothing of the VM was left. */
  public void tornDown(Duration time) {
    teardown.record(time);
  }

  /** How late the host noticed that its own deadline was over. */
  public void late(Duration time) {
    lateness.record(time);
  }

  /**
   * What was counted in the database.
   *
   * @param waiting jobs that wait
   * @param leased addresses of this node
   * @param leaked those of them that no job of this node has
   */
  public void counted(long waiting, long leased, long leaked) {
    queued.set(waiting);
    leases.set(leased);
    leakedLeases.set(leaked);
  }

  /**
   * How many VMs may still be started.
   *
   * @param free now
   * @param all at most
   */
  public void permits(DoubleSupplier free, int all) {
    share("cloude.vm.permits", "VMs that may be started now, and that are used.", free, all);
  }

  /**
   * How much memory VMs may still take.
   *
   * @param free now, in MiB
   * @param all at most, in MiB
   */
  public void memory(DoubleSupplier free, int all) {
    share("cloude.vm.memory.mib", "Memory that VMs may take, and that they have.", free, all);
  }

  private void share(String name, String description, DoubleSupplier free, int all) {
    Gauge.builder(name, free, DoubleSupplier::getAsDouble)
        .tag("state", "free")
        .description(description)
        .strongReference(true)
        .register(registry);
    Gauge.builder(name, () -> all - free.getAsDouble())
        .tag("state", "used")
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(SHORTEST)
        .maximumExpectedValue(LONGEST)
        .register(registry);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
