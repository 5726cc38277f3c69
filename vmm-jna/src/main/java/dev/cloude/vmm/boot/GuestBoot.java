package dev.cloude.vmm.boot;

import dev.cloude.vmm.boot.acpi.AcpiMachine;
import dev.cloude.vmm.boot.acpi.AcpiTables;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.memory.GuestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A guest whose RAM holds all it needs to start but its command line, which may come later: until
 * the first instruction it is bytes in RAM, in nobody's way.
 */
public final class GuestBoot {
  private final GuestMemory memory;
  private final LoadedKernel kernel;

  private GuestBoot(GuestMemory memory, LoadedKernel kernel) {
    this.memory = memory;
    this.kernel = kernel;
  }

  /**
   * What is to be booted.
   *
   * @param initrd the initramfs, if any
   * @param mapped whether the initramfs is mapped instead of read
   */
  public record Source(Path kernel, Optional<Path> initrd, BootProtocol protocol, boolean mapped) {}

  /**
   * Loads everything but the command line into RAM. {@link BootException} when that cannot be done.
   *
   * @param virtioDevices how many windows of {@link GuestLayout} are taken, from the first on
   */
  public static GuestBoot load(GuestMemory memory, Source source, int vcpus, int virtioDevices) {
    LoadedKernel kernel = KernelLoader.load(source.kernel(), source.protocol(), memory);
    Initrd initrd =
        source
            .initrd()
            .map(path -> Initrd.load(path, kernel, memory, source.mapped()))
            .orElse(Initrd.NONE);
    if (kernel.protocol() == BootProtocol.PVH) {
      PvhStartInfo.write(memory, initrd);
    } else {
      ZeroPage.write(memory, kernel, initrd);
    }
    AcpiTables.Placed acpi =
        AcpiTables.place(machine(vcpus, virtioDevices), GuestLayout.RSDP, GuestLayout.ACPI_TABLES);
    memory.write(GuestLayout.RSDP, acpi.rsdp());
    memory.write(GuestLayout.ACPI_TABLES, acpi.tables());
    return new GuestBoot(memory, kernel);
  }

  /**
   * Writes the command line, before the first instruction; a later one takes its place. {@link
   * BootException} when the kernel does not take it.
   */
  public void commandLine(String text) {
    int length = CommandLine.write(memory, text, kernel.commandLineLimit());
    if (kernel.protocol() != BootProtocol.PVH) {
      ZeroPage.commandLineLength(memory, length);
    }
  }

  /** Puts the first vCPU at the kernel's entry. */
  public void enter(VcpuFd vcpu) {
    if (kernel.protocol() == BootProtocol.PVH) {
      VcpuSetup.protectedMode(vcpu, memory, kernel.entry(), GuestLayout.PVH_START_INFO);
    } else {
      VcpuSetup.longMode(vcpu, memory, kernel.entry(), GuestLayout.ZERO_PAGE);
    }
  }

  private static AcpiMachine machine(int vcpus, int virtioDevices) {
    List<AcpiMachine.Window> windows = new ArrayList<>();
    for (int i = 0; i < virtioDevices; i++) {
      windows.add(
          new AcpiMachine.Window(
              GuestLayout.virtioWindow(i), GuestLayout.VIRTIO_MMIO_SIZE, GuestLayout.virtioGsi(i)));
    }
    return new AcpiMachine(
        vcpus,
        GuestLayout.LOCAL_APIC,
        GuestLayout.IO_APIC,
        new AcpiMachine.Ports(
            GuestLayout.PORT_SLEEP_CONTROL, GuestLayout.PORT_SLEEP_STATUS, GuestLayout.PORT_RESET),
        new AcpiMachine.Legacy(GuestLayout.PORT_COM1, GuestLayout.GSI_COM1),
        new AcpiMachine.Legacy(GuestLayout.PORT_I8042_DATA, GuestLayout.GSI_KEYBOARD),
        windows);
  }
}
