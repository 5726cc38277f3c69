package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.Vhost;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A VM to start, in the monitor's words. */
final class VmConfig {
  private static final Logger LOG = System.getLogger(KvmDriver.class.getName());
  private static final long MIB = 1 << 20;

  /**
   * There is an i8042 to restart by, and no PCI to search for; and the agent is told where the
   * monitor hears that the kernel has done its part (GuestLayout.BOOT_TIMER).
   */
  private static final String MACHINE_WORDS = " reboot=k pci=off cloude.boot_timer=0xc0000000";

  private VmConfig() {}

  /**
   * @param vhost whether the host's kernel moves the frames
   * @throws dev.cloude.vmm.VmmException when a value cannot be used
   */
  static MicroVmConfig of(VmSpec spec, Vhost vhost) {
    MicroVmConfig.Builder config =
        MicroVmConfig.builder(spec.kernel())
            .name(name(spec))
            .initrd(spec.initrd())
            .commandLine(spec.commandLine() + MACHINE_WORDS)
            .memoryBytes(spec.memoryMib() * MIB)
            .vcpus(spec.vcpus())
            .vhost(vhost);
    spec.network().ifPresent(device -> config.tap(new TapAttachment(device.tap(), device.mac())));
    if (!spec.hostPorts().isEmpty()) {
      config.vsock(spec.hostPorts().stream().mapToInt(Integer::intValue).toArray());
    }
    spec.rootDisk().ifPresent(config::disk);
    if (spec.logConsole()) {
      config.console(logTo(spec.subject()));
    }
    return config.build();
  }

  /** Of the VM's threads, of which the kernel shows 15 characters. */
  private static String name(VmSpec spec) {
    return "vm-" + spec.name().substring(0, Math.min(8, spec.name().length()));
  }

  private static Consumer<ByteBuffer> logTo(String subject) {
    ConsoleTail lines =
        new ConsoleTail(line -> LOG.log(Level.INFO, "{0}: console: {1}", subject, line));
    return bytes -> {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      lines.accept(copy, 0, copy.length);
    };
  }
}
