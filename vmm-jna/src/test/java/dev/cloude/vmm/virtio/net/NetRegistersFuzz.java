package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.RegisterScript;
import dev.cloude.vmm.virtio.VirtioMmioDevice;

/** Fuzz target: the registers of the network device, while frames come in. */
public final class NetRegistersFuzz {
  private static final GuestMemory MEMORY = GuestMemory.allocate(HostileDriver.RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);
  private static final int FRAMES = 40;

  private NetRegistersFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzChannel channel = new FuzzChannel(MEMORY);
    for (int i = 0; i < FRAMES; i++) {
      channel.incoming.add(72 + 40 * i);
    }
    VirtioNet net =
        new VirtioNet(new NetConfig(new byte[] {2, 0, 0, 0, 0, 1}), channel, MEMORY, () -> 0);
    try (VirtioMmioDevice device = new VirtioMmioDevice(net, MEMORY)) {
      ModelDriver driver = new RegisterScript(device, WATCH).run(new FuzzInput(bytes));
      long before = channel.written;
      driver.queue(1).post(new Buffer(0x9000, 72, false));
      driver.kick(1);
      driver.runDevice();
      Invariant.holds(channel.written == before + 1, "a good frame is sent", device.failure());
      Invariant.holds(driver.queue(1).take().isPresent(), "its chain comes back", before);
    }
  }
}
