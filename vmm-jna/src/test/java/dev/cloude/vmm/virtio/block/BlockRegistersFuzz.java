package dev.cloude.vmm.virtio.block;

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

/** Fuzz target: the registers of the block device. */
public final class BlockRegistersFuzz {
  private static final GuestMemory MEMORY = GuestMemory.allocate(HostileDriver.RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);

  private BlockRegistersFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    VirtioBlock block =
        new VirtioBlock(new FuzzImage(MEMORY), "fuzz", RateLimit.NONE, MEMORY, () -> 0);
    try (VirtioMmioDevice device = new VirtioMmioDevice(block, MEMORY)) {
      ModelDriver driver = new RegisterScript(device, WATCH).run(new FuzzInput(bytes));
      MEMORY.write(0x9000, new byte[16]);
      int head = driver.queue(0).post(new Buffer(0x9000, 16, false), new Buffer(0x9100, 513, true));
      driver.kick(0);
      driver.runDevice();
      Optional<Used> used = driver.queue(0).take();
      Invariant.holds(used.equals(Optional.of(new Used(head, 513))), "a request is served", used);
      Invariant.holds(MEMORY.readU8(0x9300) == 0, "it is told so", MEMORY.readU8(0x9300));
    }
  }
}
