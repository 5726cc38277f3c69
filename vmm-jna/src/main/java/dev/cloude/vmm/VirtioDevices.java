package dev.cloude.vmm;

import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.kvm.VmFd;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.net.NetException;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.virtio.DeviceLoop;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import dev.cloude.vmm.virtio.net.NetConfig;
import dev.cloude.vmm.virtio.net.TapChannel;
import dev.cloude.vmm.virtio.net.VirtioNet;
import dev.cloude.vmm.virtio.rng.VirtioRng;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The virtio devices of one VM, each with its window, its interrupt line and its kicks, and the
 * loop that serves them.
 */
final class VirtioDevices {
  private final GuestMemory memory;
  private final VmFd vm;
  private final Bus addresses;
  private final Resources resources;
  private final DeviceLoop loop;
  private final List<VirtioMmioDevice> devices = new ArrayList<>();
  private Optional<VirtioNet> net = Optional.empty();

  /**
   * @param resources take what is opened here, but for the loop
   */
  VirtioDevices(
      MicroVmConfig config,
      GuestMemory memory,
      VmFd vm,
      Bus addresses,
      Resources resources,
      Ending ending) {
    this.memory = memory;
    this.vm = vm;
    this.addresses = addresses;
    this.resources = resources;
    this.loop =
        new DeviceLoop(
            config.name() + "-devices",
            e -> ending.end(ExitCause.KVM_ERROR, "The thread of the virtio devices failed: " + e));
    try {
      config.tap().ifPresent(this::addNetwork);
      add(new VirtioRng());
    } catch (RuntimeException | Error e) {
      loop.close();
      throw e;
    }
  }

  int count() {
    return devices.size();
  }

  void start() {
    loop.start();
  }

  /** Ends the loop. When that fails, memory and devices must stay: it may be using them. */
  void stop() {
    loop.stop();
  }

  long malformed() {
    return devices.stream().mapToLong(VirtioMmioDevice::malformed).sum();
  }

  Optional<Traffic> traffic() {
    return net.map(n -> Traffic.of(n.counters()));
  }

  private void addNetwork(TapAttachment attachment) {
    TapDevice tap;
    try {
      tap = resources.add(TapDevice.open(attachment.name()));
    } catch (NetException | ErrnoException e) {
      throw new VmmException(VmmException.Code.DEVICE, e.getMessage(), e);
    }
    VirtioNet device =
        new VirtioNet(
            new NetConfig(attachment.mac().bytes()),
            new TapChannel(tap.fd()),
            memory,
            System::nanoTime);
    net = Optional.of(device);
    add(device);
  }

  // KVM lets go of an eventfd by itself when it is closed, or with the VM.
  private void add(VirtioDevice backend) {
    int index = devices.size();
    VirtioMmioDevice device = resources.add(new VirtioMmioDevice(backend, memory));
    devices.add(device);
    long window = GuestLayout.virtioWindow(index);
    addresses.register(window, GuestLayout.VIRTIO_MMIO_SIZE, device);
    vm.irqfd(device.interrupt().fd(), GuestLayout.virtioGsi(index));
    for (int queue = 0; queue < device.queueCount(); queue++) {
      vm.ioeventfd(
          window + VirtioMmioDevice.NOTIFY_OFFSET, Integer.BYTES, queue, device.kick(queue).fd());
    }
    loop.add(device);
  }
}
