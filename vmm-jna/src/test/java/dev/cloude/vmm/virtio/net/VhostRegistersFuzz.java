package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.RegisterScript;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.util.Set;

/**
 * Fuzz target: the registers of the network device whose frames the host's kernel moves. What is
 * handed to the kernel is checked by {@link FakeVhost}.
 */
public final class VhostRegistersFuzz {
  private static final GuestMemory MEMORY = GuestMemory.allocate(HostileDriver.RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);

  private VhostRegistersFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FakeVhost kernel = new FakeVhost(MEMORY);
    VhostNetDevice net =
        new VhostNetDevice(
            new NetConfig(new byte[] {2, 0, 0, 0, 0, 1}), new FuzzChannel(MEMORY), kernel);
    try (VirtioMmioDevice device = new VirtioMmioDevice(net, MEMORY)) {
      new RegisterScript(device, WATCH).run(new FuzzInput(bytes));
      Invariant.holds(
          kernel.running.keySet().equals(Set.of(0, 1)), "a started device runs", device.failure());
    }
    Invariant.holds(kernel.running.isEmpty(), "the kernel keeps no ring", kernel.running);
  }
}
