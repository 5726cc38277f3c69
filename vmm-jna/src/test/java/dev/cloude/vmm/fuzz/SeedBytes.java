package dev.cloude.vmm.fuzz;

import java.io.ByteArrayOutputStream;

/** Writes what {@link FuzzInput} and the targets read. */
final class SeedBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  SeedBytes copy() {
    return new SeedBytes().raw(bytes.toByteArray());
  }

  SeedBytes raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  SeedBytes u8(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  SeedBytes u16(int value) {
    return u8(value, value >> 8);
  }

  SeedBytes u32(int value) {
    return u16(value).u16(value >> 16);
  }

  SeedBytes u64(long value) {
    return u32((int) value).u32((int) (value >> 32));
  }

  // Addresses in RAM.
  SeedBytes near(int... addresses) {
    for (int address : addresses) {
      u8(0).u32(address);
    }
    return this;
  }

  // Written by the virtqueue's target, in two halves.
  SeedBytes descriptor(int at, long address, int length, int flags, int next) {
    u8(3).u16(at).u64(address);
    return u8(3).u16(at + 8).u64(length | (long) flags << 32 | (long) next << 48);
  }

  // A chain that goes the queue's way, all of its buffers of one length.
  SeedBytes chain(int queue, int first, int count, int length) {
    u8(14, queue, first, count - 1, 1);
    for (int i = 0; i < count; i++) {
      u16(0x1000 + 0x100 * (first + i));
      if (length < 0x60) {
        u8(length);
      } else {
        u8(0x60).u16(length);
      }
    }
    return this;
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
