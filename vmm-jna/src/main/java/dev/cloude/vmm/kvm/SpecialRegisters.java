package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.NativeBlock;

/** Segment, table and control registers ({@code struct kvm_sregs}). */
public final class SpecialRegisters {
  /** The segment registers and where they lie in the structure. */
  public enum Segment {
    CS(0),
    DS(24),
    ES(48),
    FS(72),
    GS(96),
    SS(120),
    TR(144);

    private final int offset;

    Segment(int offset) {
      this.offset = offset;
    }
  }

  private static final int GDT = 192;
  private static final int IDT = 208;
  private static final int CR0 = 224;
  private static final int CR3 = 240;
  private static final int CR4 = 248;
  private static final int EFER = 264;

  private final NativeBlock block = new NativeBlock(312);

  SpecialRegisters() {}

  /**
   * @param limit in bytes, already scaled
   * @param flags a descriptor's bits 40 to 55: type, S, DPL, P, then (from bit 12) AVL, L, D/B, G
   */
  public SpecialRegisters segment(Segment segment, int selector, long base, long limit, int flags) {
    int at = segment.offset;
    block
        .bytes()
        .putLong(at, base)
        .putInt(at + 8, (int) limit)
        .putShort(at + 12, (short) selector)
        .put(at + 14, (byte) (flags & 0xf))
        .put(at + 15, bit(flags, 7))
        .put(at + 16, (byte) (flags >> 5 & 3))
        .put(at + 17, bit(flags, 14))
        .put(at + 18, bit(flags, 4))
        .put(at + 19, bit(flags, 13))
        .put(at + 20, bit(flags, 15))
        .put(at + 21, bit(flags, 12))
        .put(at + 22, (byte) 0);
    return this;
  }

  public SpecialRegisters gdt(long base, int limit) {
    block.bytes().putLong(GDT, base).putShort(GDT + 8, (short) limit);
    return this;
  }

  public SpecialRegisters idt(long base, int limit) {
    block.bytes().putLong(IDT, base).putShort(IDT + 8, (short) limit);
    return this;
  }

  public long cr0() {
    return block.bytes().getLong(CR0);
  }

  public SpecialRegisters cr0(long value) {
    block.bytes().putLong(CR0, value);
    return this;
  }

  public SpecialRegisters cr3(long value) {
    block.bytes().putLong(CR3, value);
    return this;
  }

  public long cr4() {
    return block.bytes().getLong(CR4);
  }

  public SpecialRegisters cr4(long value) {
    block.bytes().putLong(CR4, value);
    return this;
  }

  public long efer() {
    return block.bytes().getLong(EFER);
  }

  public SpecialRegisters efer(long value) {
    block.bytes().putLong(EFER, value);
    return this;
  }

  NativeBlock block() {
    return block;
  }

  private static byte bit(int flags, int number) {
    return (byte) (flags >> number & 1);
  }
}
