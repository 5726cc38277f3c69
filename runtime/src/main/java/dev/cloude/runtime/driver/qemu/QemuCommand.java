package dev.cloude.runtime.driver.qemu;

import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * QEMU's command line. The machine is {@code microvm} with ACPI, so that the kernel finds the
 * virtio-mmio devices as it does on our own driver. Its clock chip stays: without one the kernel's
 * boot is a second longer.
 */
final class QemuCommand {
  private QemuCommand() {}

  /**
   * @param vhost whether the host's kernel moves the frames
   * @param processName what {@code -name} says, by which {@link QemuOrphans} finds the process
   */
  static List<String> of(
      QemuBinary binary, Accelerator accelerator, boolean vhost, VmSpec spec, String processName) {
    List<String> command = new ArrayList<>();
    command.add(binary.path().toString());
    add(command, "-name", escaped(processName));
    add(command, "-M", "microvm,acpi=on");
    add(command, "-accel", accelerator.name());
    add(command, "-cpu", accelerator.cpuModel());
    add(command, "-smp", Integer.toString(spec.vcpus()));
    add(command, "-m", spec.memoryMib() + "M");
    command.add("-nodefaults");
    command.add("-no-user-config");
    command.add("-no-reboot");
    add(command, "-display", "none");
    if (binary.sandbox()) {
      add(command, "-sandbox", QemuBinary.SANDBOX);
    }
    add(command, "-kernel", spec.kernel().toString());
    add(command, "-initrd", spec.initrd().toString());
    add(command, "-append", spec.commandLine() + machineWords(accelerator));
    add(command, "-chardev", "stdio,id=qmp,signal=off");
    add(command, "-mon", "chardev=qmp,mode=control");
    // A pipe of ours; QEMU's own complaints arrive there too.
    add(command, "-chardev", "file,id=console,path=/dev/stderr");
    add(command, "-serial", "chardev:console");
    if (spec.rootDisk().isPresent()) {
      String file = escaped(spec.rootDisk().get().toString());
      add(command, "-drive", "id=root,if=none,format=raw,readonly=on,file=" + file);
      add(command, "-device", "virtio-blk-device,drive=root");
    }
    spec.network().ifPresent(device -> addNetwork(command, device, vhost));
    add(command, "-device", "virtio-rng-device");
    return command;
  }

  private static void addNetwork(List<String> command, NetworkDevice device, boolean vhost) {
    String tap = "tap,id=net,ifname=" + escaped(device.tap()) + ",script=no,downscript=no";
    add(command, "-netdev", vhost ? tap + ",vhost=on" : tap);
    add(command, "-device", "virtio-net-device,netdev=net,mac=" + device.mac());
  }

  /**
   * There is no PCI to search for, and no i8042 to restart by, which takes a second to find out.
   */
  private static String machineWords(Accelerator accelerator) {
    String words = " reboot=t pci=off";
    return accelerator.tscKhz().isPresent()
        ? words + " tsc_early_khz=" + accelerator.tscKhz().getAsLong()
        : words;
  }

  private static void add(List<String> command, String option, String value) {
    command.add(option);
    command.add(value);
  }

  /** QEMU's own escape for a comma in an option's value. */
  private static String escaped(String value) {
    return value.replace(",", ",,");
  }
}
