package dev.cloude.vmm.device;

import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.bus.BusDevice;
import dev.cloude.vmm.fuzz.CheckedDevice;
import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;

/**
 * Fuzz target: the old PC's devices on a bus, at every address and width. Nothing but what a device
 * claims is answered, a byte is never more than a byte, what is kept of the console is bounded, and
 * each device works in the end.
 */
public final class LegacyDevicesFuzz {
  private static final int KEPT = 64;
  private static final int SERIAL = 0x3f8;
  private static final int KEYBOARD = 0x60;
  private static final int POWER = 0x600;
  private static final int TIMER = 0x700;
  private static final int TIMER_BYTES = 16;
  private static final int SLEEP_OFF = 5;
  private static final int RESET_VALUE = 0xfe;
  private static final int MAX_STEPS = 1000;

  private final Bus bus = new Bus("port");
  private final ConsoleTail tail = new ConsoleTail(KEPT);
  private int powerOffs;
  private int reached;
  private long lastSent;
  private final I8042 keyboard = new I8042(() -> {}, () -> {});

  private LegacyDevicesFuzz() {
    register(SERIAL, 8, new Serial(tail, () -> {}));
    register(KEYBOARD, I8042.PORTS, keyboard);
    register(
        POWER,
        PowerRegister.PORTS,
        new PowerRegister(SLEEP_OFF, RESET_VALUE, () -> powerOffs++, () -> {}));
    register(TIMER, TIMER_BYTES, new BootTimer(() -> reached++));
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    new LegacyDevicesFuzz().run(new FuzzInput(bytes));
  }

  private void register(int base, int size, BusDevice device) {
    bus.register(base, size, new CheckedDevice(device, size));
  }

  private void run(FuzzInput input) {
    for (int steps = 0; steps < MAX_STEPS && input.hasMore(); steps++) {
      step(input.u8(), input);
      Invariant.holds(tail.written() - lastSent <= 1, "a write sends a byte", tail.written());
      lastSent = tail.written();
    }
    Invariant.holds(
        tail.bytes().length == Math.min(KEPT, tail.written()), "is kept", tail.written());
    Invariant.holds(tail.panicLine().length() <= 200, "a line is bounded", tail.panicLine());
    Invariant.holds(reached <= 1, "user space is reached once", reached);
    serialWorks();
    keyboardWorks();
    powerWorks();
  }

  private void step(int operation, FuzzInput input) {
    switch (operation % 8) {
      case 0 -> read(input.address(0x800), input.width());
      case 1 -> write(input.address(0x800), input.width(), input.u64());
      case 2 -> read(SERIAL + input.u8() % 10, 1);
      case 3 -> write(SERIAL + input.u8() % 10, 1, input.u8());
      case 4 -> write(KEYBOARD + 4L * (input.u8() & 1), 1, input.u8());
      case 5 -> read(KEYBOARD + 4L * (input.u8() & 1), 1);
      case 6 -> {
        if (!keyboard.pressCtrlAltDel()) {
          Invariant.holds(read(KEYBOARD + 4, 1) % 2 == 1, "what was pressed waits", false);
        }
      }
      default -> bus.write(POWER + input.u8() % 0x110, input.width(), input.u16());
    }
  }

  private long read(long address, int width) {
    long unclaimed = bus.unclaimed();
    long value = bus.read(address, width);
    boolean claimed = claimed(address, width);
    Invariant.holds(
        bus.unclaimed() - unclaimed == (claimed ? 0 : 1), "it is counted", bus.unclaimed());
    Invariant.holds(claimed || value == -1L >>> (64 - 8 * width), "nobody answers", value);
    return value;
  }

  private void write(long address, int width, long value) {
    long unclaimed = bus.unclaimed();
    bus.write(address, width, value);
    Invariant.holds(
        bus.unclaimed() - unclaimed == (claimed(address, width) ? 0 : 1), "is counted", address);
  }

  private static boolean claimed(long address, int width) {
    return within(address, width, SERIAL, 8)
        || within(address, width, KEYBOARD, I8042.PORTS)
        || within(address, width, POWER, PowerRegister.PORTS)
        || within(address, width, TIMER, TIMER_BYTES);
  }

  private static boolean within(long address, int width, long base, long size) {
    return address >= base && address < base + size && address + width <= base + size;
  }

  private void serialWorks() {
    bus.write(SERIAL + 3, 1, 3);
    bus.write(SERIAL + 4, 1, 0);
    bus.write(SERIAL, 1, 'x');
    byte[] kept = tail.bytes();
    Invariant.holds(kept[kept.length - 1] == 'x', "the port sends", tail.written());
    Invariant.holds((bus.read(SERIAL + 5, 1) & 0x60) == 0x60, "and is ready again", kept.length);
  }

  private void keyboardWorks() {
    int fetched = 0;
    while ((bus.read(KEYBOARD + 4, 1) & 1) != 0) {
      bus.read(KEYBOARD, 1);
      Invariant.holds(++fetched <= 16, "its output is bounded", fetched);
    }
    bus.write(KEYBOARD + 4, 1, 0xaa);
    Invariant.holds(bus.read(KEYBOARD, 1) == 0x55, "the controller tests itself", fetched);
  }

  private void powerWorks() {
    int before = powerOffs;
    bus.write(POWER, 1, 1 << 5 | SLEEP_OFF << 2);
    Invariant.holds(powerOffs == before + 1, "the power goes off", powerOffs);
  }
}
