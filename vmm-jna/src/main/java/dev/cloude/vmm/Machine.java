package dev.cloude.vmm;

import dev.cloude.vmm.boot.GuestBoot;
import dev.cloude.vmm.boot.GuestCpuid;
import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.boot.VcpuSetup;
import dev.cloude.vmm.boot.acpi.AcpiMachine;
import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.device.BootTimer;
import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.device.I8042;
import dev.cloude.vmm.device.PowerRegister;
import dev.cloude.vmm.device.Serial;
import dev.cloude.vmm.kvm.KvmCapability;
import dev.cloude.vmm.kvm.KvmSystem;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.kvm.VmFd;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.util.ArrayList;
import java.util.List;

/**
 * The hardware of one VM: descriptors, memory, devices, put together in KVM's order and taken apart
 * in reverse. Has no thread; its owner closes it when none is left that could touch it.
 *
 * <p>In this order: made, {@link #load}, {@link #finish}, then the vCPUs may run.
 */
final class Machine implements AutoCloseable {
  private final MachineShape shape;
  private final Bus ports = new Bus("port");
  private final Bus addresses = new Bus("memory-mapped");
  private final Resources resources = new Resources();
  private final VmFd vm;
  private final GuestMemory memory;
  private final I8042 i8042;
  private final List<VcpuFd> vcpus = new ArrayList<>();
  private final KvmSystem kvm;
  private final VirtioDevices virtio;
  // Set by load.
  private GuestBoot boot;

  /** Makes the VM with its memory and devices, still without a kernel and without vCPUs. */
  Machine(MachineShape shape, ConsoleTail console, Ending ending, PhaseClock clock) {
    this.shape = shape;
    try {
      // In this order so that taking apart ends with the memory: nothing can touch it by then.
      memory = resources.add(GuestMemory.allocate(shape.memoryBytes()));
      kvm = resources.add(KvmSystem.open());
      checkVcpus(shape.vcpus());
      vm = resources.add(kvm.createVm());
      vm.setTssAddress(GuestLayout.TSS);
      vm.setIdentityMapAddress(GuestLayout.IDENTITY_MAP);
      vm.createIrqchip();
      vm.createPit();
      int slot = 0;
      for (MemoryRegion region : memory.regions()) {
        vm.setMemoryRegion(slot++, region.guestAddress(), region.size(), region.hostAddress());
      }
      i8042 =
          new I8042(
              () -> vm.pulse(GuestLayout.GSI_KEYBOARD),
              () -> ending.restarted(ExitCause.RESET, "The guest restarted by its i8042."));
      addDevices(console, ending, clock);
      virtio = new VirtioDevices(shape, memory, vm, addresses, resources, ending);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  /** Loads the guest and makes its vCPUs, the first of them at the kernel's entry. */
  void load() {
    boot =
        GuestBoot.load(
            memory,
            new GuestBoot.Source(
                shape.kernel(), shape.initrd(), shape.bootProtocol(), shape.mapInitrd()),
            shape.vcpus(),
            virtio.count());
    GuestCpuid cpuid =
        new GuestCpuid(kvm.supportedCpuid(), kvm.extension(KvmCapability.TSC_DEADLINE_TIMER) != 0);
    for (int id = 0; id < shape.vcpus(); id++) {
      VcpuFd vcpu = resources.add(vm.createVcpu(id));
      vcpus.add(vcpu);
      vcpu.setCpuid(cpuid.forVcpu(id, shape.vcpus()));
      VcpuSetup.common(vcpu);
    }
    boot.enter(vcpus.get(0));
  }

  /** Adds what each start has of its own: the command line, and the network device's TAP. */
  void finish(MicroVmConfig config) {
    boot.commandLine(config.commandLine());
    config.tap().ifPresent(tap -> virtio.attach(tap, config.vhost()));
  }

  /** Bytes of the guest's RAM that are in the host's memory. */
  long residentBytes() {
    return memory.resident();
  }

  Bus ports() {
    return ports;
  }

  Bus addresses() {
    return addresses;
  }

  List<VcpuFd> vcpus() {
    return vcpus;
  }

  I8042 i8042() {
    return i8042;
  }

  VirtioDevices virtio() {
    return virtio;
  }

  /**
   * Takes all apart. When the thread of the virtio devices does not end, everything stays open:
   * that leaks, but memory pulled from under it would bring down the whole process.
   */
  @Override
  public void close() {
    virtio.stop();
    resources.close();
  }

  /** Closes because of {@code cause}, onto which further failures go. */
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void addDevices(ConsoleTail console, Ending ending, PhaseClock clock) {
    ports.register(GuestLayout.PORT_I8042_DATA, I8042.PORTS, i8042);
    ports.register(
        GuestLayout.PORT_COM1, 8, new Serial(console, () -> vm.pulse(GuestLayout.GSI_COM1)));
    ports.register(
        GuestLayout.PORT_SLEEP_CONTROL,
        PowerRegister.PORTS,
        new PowerRegister(
            AcpiMachine.SLEEP_TYPE_S5,
            AcpiMachine.RESET_VALUE,
            () -> ending.end(ExitCause.POWER_OFF, "The guest switched itself off."),
            () -> ending.restarted(ExitCause.RESET, "The guest restarted by its reset register.")));
    addresses.register(
        GuestLayout.BOOT_TIMER,
        GuestLayout.BOOT_TIMER_SIZE,
        new BootTimer(() -> clock.reached(PhaseClock.Phase.USER_SPACE)));
  }

  private void checkVcpus(int wanted) {
    int possible = kvm.extension(KvmCapability.MAX_VCPUS);
    if (possible > 0 && wanted > possible) {
      throw new VmmException(
          VmmException.Code.CONFIG,
          "This host's KVM runs at most " + possible + " vCPUs in a VM, not " + wanted + ".");
    }
  }
}
