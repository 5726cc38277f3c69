package dev.cloude.vmm.virtio.rng;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.RegisterScript;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.util.Optional;

/** Fuzz target: the registers of the entropy device. */
public final class RngRegistersFuzz {
  private static final GuestMemory MEMORY = GuestMemory.allocate(HostileDriver.RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);

  private RngRegistersFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    VirtioRng rng = new VirtioRng(new FuzzEntropy(MEMORY), RateLimit.NONE, () -> 0);
    try (VirtioMmioDevice device = new VirtioMmioDevice(rng, MEMORY)) {
      ModelDriver driver = new RegisterScript(device, WATCH).run(new FuzzInput(bytes));
      int head = driver.queue(0).post(new Buffer(0x9000, 32, true));
      driver.kick(0);
      driver.runDevice();
      Optional<Used> used = driver.queue(0).take();
      Invariant.holds(used.equals(Optional.of(new Used(head, 32))), "a request is served", used);
    }
  }
}
