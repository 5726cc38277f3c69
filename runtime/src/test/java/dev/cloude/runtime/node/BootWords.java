package dev.cloude.runtime.node;

import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import java.util.Optional;

/** A driver whose guests' kernels are told something more. */
record BootWords(VmDriver driver, String words) implements VmDriver {

  /** The same choice, with words behind every kernel command line. */
  static DriverChoice added(DriverChoice choice, String words) throws PlatformException {
    return new DriverChoice(Optional.of(new BootWords(choice.require(), words)), choice.reason());
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
  public VmHandle start(VmSpec spec) throws PlatformException, InterruptedException {
    return driver.start(
        new VmSpec(
            spec.name(),
            spec.subject(),
            spec.kernel(),
            spec.initrd(),
            spec.rootDisk(),
            spec.commandLine() + " " + words,
            spec.memoryMib(),
            spec.vcpus(),
            spec.network(),
            spec.hostPorts(),
            spec.logConsole()));
  }
}
