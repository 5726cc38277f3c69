package dev.cloude.vmm;

import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.kvm.VmFd;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.net.NetException;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.vhost.VhostNet;
import dev.cloude.vmm.virtio.DeviceLoop;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import dev.cloude.vmm.virtio.block.ImageDescriptor;
import dev.cloude.vmm.virtio.block.VirtioBlock;
import dev.cloude.vmm.virtio.net.NetConfig;
import dev.cloude.vmm.virtio.net.TapChannel;
import dev.cloude.vmm.virtio.net.VhostNetDevice;
import dev.cloude.vmm.virtio.net.VirtioNet;
import dev.cloude.vmm.virtio.rng.EntropySource;
import dev.cloude.vmm.virtio.rng.VirtioRng;
import dev.cloude.vmm.virtio.vsock.PolledVsock;
import dev.cloude.vmm.virtio.vsock.VirtioVsock;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The virtio devices of one VM, each with its window, its interrupt line and its kicks, and the
 * loop that serves them. The network device comes last, when its TAP device is known: its window is
 * kept free for it.
 */
final class VirtioDevices {
  private final GuestMemory memory;
  private final VmFd vm;
  private final Bus addresses;
  private final Resources resources;
  private final DeviceLoop loop;
  private final Limits limits;
  private final OptionalInt networkPlace;
  // Windows given away, from the first on.
  private int places;
  private final VirtioRng rng;
  private final VirtioMmioDevice rngTransport;
  private final List<VirtioBlock> blocks = new ArrayList<>();
  private final List<VirtioMmioDevice> blockTransports = new ArrayList<>();
  private Optional<VirtioVsock> vsock = Optional.empty();
  private Optional<VirtioMmioDevice> vsockTransport = Optional.empty();
  private Optional<VirtioNet> net = Optional.empty();
  private Optional<VirtioMmioDevice> netTransport = Optional.empty();

  /**
   * @param resources take what is opened here, but for the loop
   */
  VirtioDevices(
      MachineShape shape,
      GuestMemory memory,
      VmFd vm,
      Bus addresses,
      Resources resources,
      Ending ending) {
    this.memory = memory;
    this.vm = vm;
    this.addresses = addresses;
    this.resources = resources;
    this.limits = shape.limits();
    this.networkPlace = shape.network() ? OptionalInt.of(places++) : OptionalInt.empty();
    this.loop =
        new DeviceLoop(
            "vm-devices",
            e -> ending.end(ExitCause.KVM_ERROR, "The thread of the virtio devices failed: " + e));
    try {
      rng = new VirtioRng(EntropySource.KERNEL, limits.entropy(), System::nanoTime);
      rngTransport = add(rng, places++);
      shape.disks().forEach(this::addDisk);
      shape.vsock().ifPresent(this::addVsock);
    } catch (RuntimeException | Error e) {
      loop.close();
      throw e;
    }
  }

  /** How many there are, with the network device. */
  int count() {
    return places;
  }

  /**
   * Makes the network device and opens its TAP. Once, before {@link #start}, for a machine that has
   * one.
   *
   * @param vhost whether the host's kernel moves the frames
   */
  void attach(TapAttachment attachment, Vhost vhost) {
    TapDevice tap;
    try {
      tap = resources.add(TapDevice.open(attachment.name()));
    } catch (NetException | ErrnoException e) {
      throw new VmmException(VmmException.Code.DEVICE, e.getMessage(), e);
    }
    NetConfig config =
        new NetConfig(
            attachment.mac().bytes(), NetConfig.DEFAULT_MTU, limits.received(), limits.sent());
    TapChannel channel = new TapChannel(tap.fd());
    Optional<VhostNet> kernel = VhostProbe.open(vhost, limits, memory, tap);
    VirtioDevice device;
    if (kernel.isPresent()) {
      device = new VhostNetDevice(config, channel, resources.add(kernel.get()));
    } else {
      net = Optional.of(new VirtioNet(config, channel, memory, System::nanoTime));
      device = net.get();
    }
    netTransport = Optional.of(add(device, networkPlace.orElseThrow()));
  }

  /**
   * @param vmName prefix of the thread's name
   */
  void start(String vmName) {
    loop.rename(vmName + "-devices");
    loop.start();
  }

  /** Ends the loop. When that fails, memory and devices must stay: it may be using them. */
  void stop() {
    loop.stop();
  }

  /** Returns when no device is being served, and none will be until {@link #resume}. */
  void pause() {
    loop.pause();
    netTransport.ifPresent(VirtioMmioDevice::freeze);
  }

  void resume() {
    netTransport.ifPresent(VirtioMmioDevice::thaw);
    loop.resume();
  }

  Optional<Traffic> traffic() {
    return netTransport.map(
        transport ->
            net.map(n -> Traffic.of(n.counters(), transport.malformed()))
                .orElseGet(() -> Traffic.ofVhost(transport.malformed())));
  }

  Entropy entropy() {
    return new Entropy(rng.requests(), rng.bytes(), rngTransport.malformed());
  }

  List<Disk> disks() {
    List<Disk> all = new ArrayList<>(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      all.add(Disk.of(blocks.get(i), blockTransports.get(i).malformed()));
    }
    return all;
  }

  Optional<Sockets> sockets() {
    return vsock.map(v -> Sockets.of(v.counters(), vsockTransport.orElseThrow().malformed()));
  }

  Optional<Vsock> vsock() {
    return vsock.map(VirtioVsock::door);
  }

  Optional<PolledVsock> polledVsock() {
    return vsock.map(VirtioVsock::polled);
  }

  private void addVsock(Set<Integer> ports) {
    VirtioVsock device = new VirtioVsock(ports, limits.socket(), memory, System::nanoTime);
    vsock = Optional.of(device);
    vsockTransport = Optional.of(add(device, places++));
  }

  private void addDisk(Path path) {
    ImageDescriptor image;
    try {
      image = resources.add(ImageDescriptor.open(path));
    } catch (IllegalArgumentException | ErrnoException e) {
      throw new VmmException(VmmException.Code.DEVICE, e.getMessage(), e);
    }
    String id = "cloude-disk-" + blocks.size();
    VirtioBlock device = new VirtioBlock(image, id, limits.disk(), memory, System::nanoTime);
    blocks.add(device);
    blockTransports.add(add(device, places++));
  }

  // A guest acknowledges each interrupt: without leaving KVM_RUN where nobody need hear of it.
  private void takeAcknowledgements(long window) {
    EventFd nobody = resources.add(new EventFd());
    vm.ioeventfd(
        window + VirtioMmioDevice.ACKNOWLEDGE_OFFSET,
        Integer.BYTES,
        VirtioMmioDevice.QUEUE_INTERRUPT,
        nobody.fd());
  }

  // KVM lets go of an eventfd by itself when it is closed, or with the VM.
  private VirtioMmioDevice add(VirtioDevice backend, int place) {
    VirtioMmioDevice device = resources.add(new VirtioMmioDevice(backend, memory));
    long window = GuestLayout.virtioWindow(place);
    addresses.register(window, GuestLayout.VIRTIO_MMIO_SIZE, device);
    vm.irqfd(device.interrupt().fd(), GuestLayout.virtioGsi(place));
    for (int queue = 0; queue < device.queueCount(); queue++) {
      vm.ioeventfd(
          window + VirtioMmioDevice.NOTIFY_OFFSET, Integer.BYTES, queue, device.kick(queue).fd());
    }
    if (device.servedByKernel()) {
      takeAcknowledgements(window);
    }
    loop.add(device);
    return device;
  }
}
