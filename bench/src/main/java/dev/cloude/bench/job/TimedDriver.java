package dev.cloude.bench.job;

import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import java.util.OptionalInt;

/** A driver that tells when it is asked for a VM and when it has given one. */
final class TimedDriver implements VmDriver {
  private final VmDriver driver;
  private JobClock clock = new JobClock();

  TimedDriver(VmDriver driver) {
    this.driver = driver;
  }

  /** Whose VM is the next. */
  void tell(JobClock next) {
    clock = next;
  }

  @Override
  public String description() {
    return driver.description();
  }

  @Override
  public boolean emulated() {
    return driver.emulated();
  }

  @Override
  public boolean hasDisks() {
    return driver.hasDisks();
  }

  @Override
  public boolean hasSockets() {
    return driver.hasSockets();
  }

  @Override
  public OptionalInt prepared() {
    return driver.prepared();
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException, InterruptedException {
    clock.starting();
    VmHandle vm = driver.start(spec);
    clock.started();
    return vm;
  }

  @Override
  public void close() {
    driver.close();
  }
}
