package dev.cloude.vmm.virtio;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A driver that sets a device up by the rules and then puts into its rings whatever the input says.
 * After every turn of the device it checks how the device stands and, for one input in four, that
 * nothing was written but what may be; in the end it resets the device and wants one good request
 * served.
 */
public abstract class HostileDriver {
  /** Bytes of RAM that the device's guest has. */
  public static final int RAM = 1 << 16;

  private static final int MAX_STEPS = 400;
  private static final int MAX_TURNS = 64;
  private static final int MOST_DELAYS = 8;
  // Comparing all RAM takes most of a turn's time.
  private static final int INPUTS_FOR_ONE_WATCHED = 4;
  private static final int NEEDS_RESET = 0x40;
  private static final int U16 = 0xffff;

  protected final GuestMemory memory;
  protected final AtomicLong clock;
  protected final VirtioMmioDevice device;
  protected final ModelDriver driver;
  private final WriteWatch watch;
  private boolean watched;
  // False once a buffer lies over a ring: the device may then change what it reads next.
  private boolean strict;
  // From its failure on a device rests until its driver starts it anew.
  private boolean resting;
  // Of each queue: indices as driver and device last gave them, and chains offered and returned.
  private int[] lastAvailable;
  private int[] lastUsed;
  private long[] offered;
  private long[] returned;

  /**
   * @param watch of {@link #RAM} bytes, just begun
   */
  protected HostileDriver(VirtioDevice backend, WriteWatch watch, AtomicLong clock) {
    this.memory = watch.memory();
    this.clock = clock;
    this.watch = watch;
    this.device = new VirtioMmioDevice(backend, memory);
    this.driver = new ModelDriver(device, memory);
  }

  /** Features to choose from. */
  protected abstract long features();

  /** Whether the device may write to the buffers of queue {@code index}. */
  protected abstract boolean writesTo(int index);

  /** A step of this device's own: something happens on the host. */
  protected abstract void happen(FuzzInput input);

  /** A request by the rules on a device that was just started; checks that it is served. */
  protected abstract void goodRequest();

  /** Lets the device work; what was used of a limit before is paid off first. */
  protected final void runDevice() {
    driver.serve();
    long delay = device.delayNanos();
    for (int i = 0; i < MOST_DELAYS && delay > 0 && delay < Long.MAX_VALUE; i++) {
      clock.addAndGet(delay);
      driver.serve();
      delay = device.delayNanos();
    }
    driver.serve();
  }

  /** Runs the whole input. */
  public final void run(FuzzInput input) {
    watched = input.oneIn(INPUTS_FOR_ONE_WATCHED);
    restart(input);
    int turns = 0;
    for (int steps = 0; steps < MAX_STEPS && turns < MAX_TURNS && input.hasMore(); steps++) {
      int operation = input.u8() % 16;
      if (operation < 4) {
        turn();
        turns++;
      } else {
        step(operation, input);
      }
    }
    turn();
    recover();
  }

  private void restart(FuzzInput input) {
    start(input.u64() & features(), 1 << (input.u8() % 9));
  }

  private void start(long features, int size) {
    driver.start(features, size);
    watch.forbidAll();
    strict = true;
    resting = false;
    int queues = device.queueCount();
    lastAvailable = new int[queues];
    lastUsed = new int[queues];
    offered = new long[queues];
    returned = new long[queues];
    for (int i = 0; i < queues; i++) {
      watch.allow(driver.queue(i).used(), 6 + 8L * size);
    }
  }

  private void step(int operation, FuzzInput input) {
    DriverQueue queue = driver.queue(input.u8() % device.queueCount());
    switch (operation) {
      case 4, 5 -> describe(queue, input.u8() % queue.size(), input);
      case 6 -> queue.offer(input.u8());
      case 7 -> queue.offer(input.u16());
      case 8 -> queue.moveAvailableIndex(input.u8() % (queue.size() + 1));
      case 9 -> queue.moveAvailableIndex(input.u16());
      case 10 -> memory.writeU64(input.u16() % (RAM - 8), input.u64());
      case 11 -> queue.wantInterruptAfter(input.u16());
      case 12 -> clock.addAndGet(input.u32() * 16);
      case 13 -> restart(input);
      case 14 -> chain(queue, input);
      default -> happen(input);
    }
  }

  private void describe(DriverQueue queue, int index, FuzzInput input) {
    Buffer buffer = new Buffer(input.address(RAM), length(input), false);
    queue.describe(index, buffer, input.u8() & 7 | input.u8() << 8, input.u16());
  }

  // A chain that is mostly right, so that what follows the checks is reached.
  private void chain(DriverQueue queue, FuzzInput input) {
    int first = input.u8() % queue.size();
    int count = Math.min(1 + input.u8() % 32, queue.size() - first);
    int write = input.u8() % 4 == 0 ? 2 : writesTo(queue == driver.queue(0) ? 0 : 1) ? 2 : 0;
    for (int i = first; i < first + count; i++) {
      boolean last = i == first + count - 1;
      Buffer buffer = new Buffer(0x8000 + input.u16() % 0x8000, length(input), false);
      queue.describe(i, buffer, write | (last ? 0 : 1), i + 1);
    }
    queue.offer(first);
  }

  private static long length(FuzzInput input) {
    int kind = input.u8();
    return kind < 0x60 ? kind : kind < 0xf0 ? input.u16() : input.u32();
  }

  private void turn() {
    if (resting) {
      return;
    }
    for (int i = 0; i < device.queueCount(); i++) {
      allowBuffers(i);
    }
    boolean wasActive = device.failure().isEmpty();
    // One turn after the failure shows that it rests.
    resting = !wasActive;
    long malformed = device.malformed();
    int[] used = usedIndices();
    if (watched && strict) {
      watch.remember();
    }
    driver.serve();
    if (watched && strict) {
      watch.check();
    }
    boolean failed = device.failure().isPresent();
    Invariant.holds(
        (driver.status() & NEEDS_RESET) != 0 == failed, "the status tells of a failure", failed);
    Invariant.holds(
        device.malformed() - malformed == (wasActive && failed ? 1 : 0),
        "a failure is a broken rule and the other way round",
        device.failure());
    // Any other text is that of an exception nobody meant.
    device.failure().ifPresent(HostileDriver::checkSentence);
    for (int i = 0; strict && i < device.queueCount(); i++) {
      countReturned(i, used[i]);
    }
  }

  private int[] usedIndices() {
    int[] indices = new int[device.queueCount()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = memory.readU16(driver.queue(i).used() + 2);
    }
    return indices;
  }

  private static void checkSentence(String failure) {
    Invariant.holds(
        failure.endsWith(".") && !failure.startsWith("No RAM"), "rules are checked first", failure);
  }

  private void allowBuffers(int index) {
    DriverQueue queue = driver.queue(index);
    for (int i = 0; writesTo(index) && i < queue.size(); i++) {
      long at = queue.table() + 16L * i;
      if ((memory.readU16(at + 12) & 2) != 0) {
        long address = memory.readU64(at);
        long length = memory.readU32(at + 8);
        strict &= length == 0 || !memory.contains(address, length) || !meetsRings(address, length);
        watch.allow(address, length);
      }
    }
  }

  private boolean meetsRings(long address, long length) {
    DriverQueue last = driver.queue(device.queueCount() - 1);
    return address < last.used() + 0xc00 && address + length > driver.queue(0).table();
  }

  private void countReturned(int index, int usedBefore) {
    DriverQueue queue = driver.queue(index);
    int available = memory.readU16(queue.available() + 2);
    offered[index] += (available - lastAvailable[index]) & U16;
    lastAvailable[index] = available;
    int used = memory.readU16(queue.used() + 2);
    if (used != usedBefore) {
      // The driver may have written there meanwhile; the device goes on from its own index.
      returned[index] += (used - lastUsed[index]) & U16;
      lastUsed[index] = used;
    }
    Invariant.holds(
        returned[index] <= offered[index], "no more is returned than offered", returned[index]);
  }

  // Whatever happened, a reset makes the device serve again.
  private void recover() {
    start(features(), 16);
    Invariant.holds(driver.status() == 15, "a reset device starts", device.failure());
    device.interrupt().drain();
    goodRequest();
    Invariant.holds(driver.status() == 15, "a good request harms nothing", device.failure());
    device.close();
  }
}
