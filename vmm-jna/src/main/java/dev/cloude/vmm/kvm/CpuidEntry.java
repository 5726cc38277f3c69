package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.NativeBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One leaf of CPUID ({@code struct kvm_cpuid_entry2}).
 *
 * @param flags bit 0: {@code index} is significant
 */
public record CpuidEntry(int function, int index, int flags, int eax, int ebx, int ecx, int edx) {
  public static final int SIGNIFICANT_INDEX = 1;

  private static final int HEADER = 8;
  private static final int SIZE = 40;

  /** The same leaf with other register values. */
  public CpuidEntry with(int newEax, int newEbx, int newEcx, int newEdx) {
    return new CpuidEntry(function, index, flags, newEax, newEbx, newEcx, newEdx);
  }

  static NativeBlock room(int entries) {
    NativeBlock block = new NativeBlock(HEADER + (long) entries * SIZE);
    block.bytes().putInt(0, entries);
    return block;
  }

  static List<CpuidEntry> read(NativeBlock block) {
    ByteBuffer b = block.bytes();
    int count = b.getInt(0);
    List<CpuidEntry> entries = new ArrayList<>(count);
    for (int at = HEADER; at < HEADER + count * SIZE; at += SIZE) {
      entries.add(
          new CpuidEntry(
              b.getInt(at),
              b.getInt(at + 4),
              b.getInt(at + 8),
              b.getInt(at + 12),
              b.getInt(at + 16),
              b.getInt(at + 20),
              b.getInt(at + 24)));
    }
    return entries;
  }

  static NativeBlock write(List<CpuidEntry> entries) {
    NativeBlock block = room(entries.size());
    int at = HEADER;
    for (CpuidEntry e : entries) {
      block
          .bytes()
          .putInt(at, e.function)
          .putInt(at + 4, e.index)
          .putInt(at + 8, e.flags)
          .putInt(at + 12, e.eax)
          .putInt(at + 16, e.ebx)
          .putInt(at + 20, e.ecx)
          .putInt(at + 24, e.edx);
      at += SIZE;
    }
    return block;
  }
}
