package dev.cloude.vmm;

import dev.cloude.vmm.boot.GuestLayout;
import java.util.Arrays;

/**
 * Writes the machine code of a driver for one queue of a virtio-mmio device. Its rings and buffers
 * lie in the free RAM behind {@link FlatCode#SCRATCH}.
 */
final class FlatDriver {
  private static final long TABLE = FlatCode.SCRATCH + 0x10000;
  private static final long AVAILABLE = TABLE + 0x1000;
  private static final long USED = TABLE + 0x2000;
  private static final long BUFFERS = TABLE + 0x3000;
  private static final long IDT = TABLE + 0x8000;
  private static final long IDT_POINTER = TABLE + 0x9000;
  private static final long HANDLER = TABLE + 0xa000;
  private static final int SIZE = 8;
  private static final int VECTOR = 0x30;
  private static final int WRITABLE = 2;

  private final long window;
  private int accesses;

  /**
   * @param index the device's place in the machine
   */
  FlatDriver(int index) {
    window = GuestLayout.virtioWindow(index);
  }

  long register(int offset) {
    return window + offset;
  }

  /** Registers that the code written so far accesses, without kicks. */
  int accesses() {
    return accesses;
  }

  long usedIndex() {
    return USED + 2;
  }

  /** Where the device tells how much it wrote for its {@code n}-th answer. */
  long usedLength(int n) {
    return USED + 4 + 8L * n + 4;
  }

  /** Negotiates version 1 and nothing else, and sets up the queue. */
  void start(FlatCode code, int queue) {
    set(code, 0x70, 0).set(code, 0x70, 1).set(code, 0x70, 3);
    set(code, 0x24, 1).set(code, 0x20, 1).set(code, 0x70, 11);
    set(code, 0x30, queue).set(code, 0x38, SIZE);
    set(code, 0x80, TABLE).set(code, 0x90, AVAILABLE).set(code, 0xa0, USED);
    set(code, 0x44, 1).set(code, 0x70, 15);
  }

  /** Offers {@code count} requests of one buffer each, all at once. */
  void post(FlatCode code, int count, int length, boolean writable) {
    for (int i = 0; i < count; i++) {
      code.store(TABLE + 16L * i, 8, BUFFERS + 0x1000L * i);
      code.store(TABLE + 16L * i + 8, 8, length | (writable ? (long) WRITABLE << 32 : 0));
      code.store(AVAILABLE + 4 + 2L * i, 2, i);
    }
    code.store(AVAILABLE + 2, 2, count);
  }

  FlatCode kick(FlatCode code, int queue) {
    return code.store(register(0x50), 4, queue);
  }

  /** Waits for the first answers; their number is then in rax. */
  FlatCode awaitUsed(FlatCode code) {
    // back: mov ax, [rdi]; test ax, ax; jz back
    return code.rax(0).rdi(usedIndex()).raw(0x66, 0x8b, 0x07, 0x66, 0x85, 0xc0, 0x74, 0xf8);
  }

  /** Waits until the device's status shows {@code bit}. */
  FlatCode awaitStatus(FlatCode code, int bit) {
    // back: mov eax, [rdi]; test al, bit; jz back
    return code.rdi(register(0x70)).raw(0x8b, 0x07, 0xa8, bit, 0x74, 0xfa);
  }

  /** Code that lets the interrupt line call {@code handler}, which must not return. */
  FlatCode interrupts(int gsi, FlatCode handler) {
    FlatCode code = new FlatCode();
    byte[] bytes = handler.bytes();
    for (int i = 0; i < bytes.length; i += 8) {
      code.store(HANDLER + i, 8, word(Arrays.copyOfRange(bytes, i, i + 8)));
    }
    // A 64-bit interrupt gate in the boot code's segment; lidt [rdi].
    code.store(IDT + VECTOR * 16, 8, HANDLER & 0xffff | 0x8e00_0008_0000L | HANDLER >> 16 << 48);
    code.store(IDT_POINTER, 2, 0xfff).store(IDT_POINTER + 2, 8, IDT);
    code.rdi(IDT_POINTER).raw(0x0f, 0x01, 0x1f);
    // PICs off; local APIC on; the line's entry in the I/O APIC: an edge.
    code.out(0x21, 1, 0xff).out(0xa1, 1, 0xff).store(0xfee0_00f0L, 4, 0x1ff);
    code.store(0xfec0_0000L, 4, 0x10 + 2 * gsi + 1).store(0xfec0_0010L, 4, 0);
    return code.store(0xfec0_0000L, 4, 0x10 + 2 * gsi).store(0xfec0_0010L, 4, VECTOR);
  }

  private FlatDriver set(FlatCode code, int offset, long value) {
    code.store(register(offset), 4, value);
    accesses++;
    return this;
  }

  private static long word(byte[] bytes) {
    long word = 0;
    for (int i = 0; i < 8; i++) {
      word |= (bytes[i] & 0xffL) << 8 * i;
    }
    return word;
  }
}
