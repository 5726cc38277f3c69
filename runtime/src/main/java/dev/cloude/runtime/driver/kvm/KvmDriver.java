package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.VmmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Runs VMs on /dev/kvm with our own monitor. */
public final class KvmDriver implements VmDriver {
  private static final Logger LOG = System.getLogger(KvmDriver.class.getName());
  private static final long MIB = 1 << 20;

  /** There is an i8042 to restart by, and no PCI to search for. */
  private static final String MACHINE_WORDS = " reboot=k pci=off";

  @Override
  public String description() {
    return "kvm";
  }

  @Override
  public boolean emulated() {
    return false;
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException {
    try {
      MicroVmConfig.Builder config =
          MicroVmConfig.builder(spec.kernel())
              .name(spec.tap())
              .initrd(spec.initrd())
              .commandLine(spec.commandLine() + MACHINE_WORDS)
              .memoryBytes(spec.memoryMib() * MIB)
              .vcpus(spec.vcpus())
              .tap(new TapAttachment(spec.tap(), spec.mac()));
      if (spec.logConsole()) {
        config.console(logTo(spec.name()));
      }
      return new KvmVm(MicroVm.start(config.build()));
    } catch (VmmException e) {
      throw new PlatformException(
          Code.VM_START_FAILED, "The VM could not be started with kvm: " + e.getMessage(), e);
    }
  }

  private static Consumer<ByteBuffer> logTo(String name) {
    ConsoleTail lines = new ConsoleTail(line -> LOG.log(Level.INFO, "{0}: {1}", name, line));
    return bytes -> {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      lines.accept(copy, 0, copy.length);
    };
  }
}
