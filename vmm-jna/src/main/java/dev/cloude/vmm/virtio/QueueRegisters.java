package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;

/**
 * What a driver has written about one queue. The transport lets writes through only between
 * FEATURES_OK and DRIVER_OK; a queue that is ready keeps its values until then.
 */
final class QueueRegisters {
  private static final long LOW = 0xffff_ffffL;

  private int size;
  private boolean ready;
  private long table;
  private long available;
  private long used;

  void reset() {
    size = 0;
    ready = false;
    table = 0;
    available = 0;
    used = 0;
  }

  boolean ready() {
    return ready;
  }

  /**
   * @return whether the write was legal
   */
  boolean write(int register, long value) {
    if (register == MmioRegister.QUEUE_READY) {
      if (value > 1) {
        return false;
      }
      ready = value == 1;
      return true;
    }
    if (ready) {
      return false;
    }
    switch (register) {
      // A size that is none is found when the queue is made ready.
      case MmioRegister.QUEUE_SIZE -> size = (int) Math.min(value, Integer.MAX_VALUE);
      case MmioRegister.QUEUE_TABLE_LOW -> table = low(table, value);
      case MmioRegister.QUEUE_TABLE_HIGH -> table = high(table, value);
      case MmioRegister.QUEUE_AVAILABLE_LOW -> available = low(available, value);
      case MmioRegister.QUEUE_AVAILABLE_HIGH -> available = high(available, value);
      case MmioRegister.QUEUE_USED_LOW -> used = low(used, value);
      case MmioRegister.QUEUE_USED_HIGH -> used = high(used, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The queue with these values; {@link VirtioException} when they are not usable. */
  Virtqueue build(GuestMemory memory, boolean eventIndex, Runnable interrupt) {
    return new Virtqueue(memory, size, table, available, used, eventIndex, interrupt);
  }

  private static long low(long whole, long value) {
    return (whole & ~LOW) | value;
  }

  private static long high(long whole, long value) {
    return (whole & LOW) | (value << 32);
  }
}
