package dev.cloude.vmm.virtio;

import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.fuzz.CheckedDevice;
import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.memory.GuestMemory;

/**
 * Accesses of any kind to a device's registers, over the bus as vCPUs make them, between turns of
 * the device. Whatever comes: the status is one of the standard's, a device that is not running
 * writes nothing, and a reset makes it start.
 */
public final class RegisterScript {
  private static final long BASE = 0xc000_1000L;
  private static final int MAX_STEPS = 600;

  private final GuestMemory memory;
  private final WriteWatch watch;
  private final VirtioMmioDevice device;
  private final ModelDriver driver;
  private final Bus bus = new Bus("memory");
  // While nobody is to write, all RAM is compared with what it was when that began.
  private boolean watching;

  /**
   * @param watch of {@link HostileDriver#RAM} bytes
   */
  public RegisterScript(VirtioMmioDevice device, WriteWatch watch) {
    this.memory = watch.memory();
    this.device = device;
    this.watch = watch;
    driver = new ModelDriver(device, memory);
    bus.register(
        BASE,
        VirtioMmioDevice.WINDOW_BYTES,
        new CheckedDevice(device, VirtioMmioDevice.WINDOW_BYTES));
  }

  /** Runs the whole input and leaves a device that was just started by the rules. */
  public ModelDriver run(FuzzInput input) {
    for (int steps = 0; steps < MAX_STEPS && input.hasMore(); steps++) {
      long malformed = device.malformed();
      step(input.u8(), input);
      Invariant.holds(device.malformed() >= malformed, "counters only grow", malformed);
      checkStatus();
    }
    stopWatching();
    driver.start(0, 16);
    Invariant.holds(driver.status() == 15, "a reset device starts", device.failure());
    return driver;
  }

  private void step(int operation, FuzzInput input) {
    switch (operation % 12) {
      case 0 -> {
        stopWatching();
        driver.start(input.u64(), 1 << (input.u8() % 9));
      }
      case 1 -> driver.negotiate(input.u64());
      case 2, 3 -> turn();
      case 4 -> {
        stopWatching();
        memory.writeU64(input.u16() % (HostileDriver.RAM - 8), input.u64());
      }
      case 5 -> bus.read(BASE + input.u16() % 0x1010, input.width());
      case 6 -> bus.write(BASE + input.u16() % 0x1010, input.width(), input.u64());
      case 7 -> bus.read(BASE + 4L * (input.u8() % 0x48), 4);
      case 8 -> bus.write(BASE + MmioRegister.STATUS, 4, input.u8());
      case 9 -> bus.write(BASE + MmioRegister.QUEUE_SELECT, 4, input.u8() % 3);
      // A ring's address that may well be one.
      case 10 -> bus.write(BASE + 0x80 + 4L * (input.u8() % 10), 4, 16L * input.u16());
      default -> bus.write(BASE + 4L * (input.u8() % 0x48), 4, input.u32());
    }
  }

  private void turn() {
    if (driver.status() == 15) {
      stopWatching();
    } else if (!watching) {
      watch.remember();
      watching = true;
    }
    driver.serve();
  }

  private void stopWatching() {
    if (watching) {
      watch.check();
      watching = false;
    }
  }

  private void checkStatus() {
    int status = driver.status();
    boolean legal =
        switch (status & 15) {
          case 0, 1, 3, 11, 15 -> true;
          default -> false;
        };
    Invariant.holds(legal, "the status is one of the standard's", status);
    Invariant.holds(
        (status & 0x40) != 0 == device.failure().isPresent(), "it tells of a failure", status);
    device
        .failure()
        .ifPresent(
            f ->
                Invariant.holds(
                    f.endsWith(".") && !f.startsWith("No RAM"), "rules are checked first", f));
    Invariant.holds(
        bus.read(BASE + MmioRegister.INTERRUPT_STATUS, 4) < 4, "interrupts have reasons", status);
  }
}
