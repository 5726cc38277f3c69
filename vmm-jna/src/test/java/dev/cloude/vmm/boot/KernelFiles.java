package dev.cloude.vmm.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes small kernel files, right ones and, by changing single bytes, wrong ones. */
public final class KernelFiles {
  /** Where the code of {@link #bzImage} starts in the file: two sectors of set-up, then 0x200. */
  public static final int BZIMAGE_CODE = 2 * 512 + 0x200;

  private static final int ELF_HEADERS = 0x1000;

  private KernelFiles() {}

  /** A bzImage of boot protocol 2.15 whose 64-bit entry is {@code code}. */
  public static ByteBuffer bzImage(byte[] code) {
    int length = (0x200 + code.length + 15) / 16 * 16;
    ByteBuffer image = little(2 * 512 + length);
    image.put(0x1f1, (byte) 1);
    image.putInt(0x1f4, length / 16);
    image.putShort(0x1fe, (short) 0xaa55);
    image.put(0x200, (byte) 0xeb).put(0x201, (byte) 0x6a);
    image.putInt(0x202, 0x53726448);
    image.putShort(0x206, (short) 0x020f);
    image.put(0x211, (byte) 1);
    image.putInt(0x22c, 0x7fffffff);
    image.putInt(0x230, 0x200000);
    image.putShort(0x236, (short) 3);
    image.putInt(0x238, 2047);
    image.putLong(0x258, 0x100000);
    image.putInt(0x260, 0x100000);
    image.position(BZIMAGE_CODE);
    image.put(code);
    return image;
  }

  /** A segment of {@link #elf}. */
  public record Load(long address, byte[] content, long memorySize) {}

  /** An ELF kernel for x86-64. */
  public static ByteBuffer elf(long entry, List<Load> loads, byte[] notes) {
    int total = loads.stream().mapToInt(l -> l.content.length).sum() + notes.length;
    ByteBuffer elf = little(ELF_HEADERS + total);
    elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(24, entry).putLong(32, 64);
    elf.putShort(52, (short) 64).putShort(54, (short) 56);
    elf.putShort(56, (short) (loads.size() + (notes.length > 0 ? 1 : 0)));
    int header = 64;
    int at = ELF_HEADERS;
    for (Load load : loads) {
      header(elf, header, 1, at, load.address, load.content.length, load.memorySize);
      elf.position(at);
      elf.put(load.content);
      header += 56;
      at += load.content.length;
    }
    if (notes.length > 0) {
      header(elf, header, 4, at, 0, notes.length, notes.length);
      elf.position(at);
      elf.put(notes);
    }
    return elf;
  }

  static byte[] note(String owner, int type, byte[] descriptor) {
    int name = owner.length() + 1;
    ByteBuffer note = little(12 + (name + 3 & ~3) + (descriptor.length + 3 & ~3));
    note.putInt(name).putInt(descriptor.length).putInt(type);
    note.put(owner.getBytes(StandardCharsets.US_ASCII));
    note.position(12 + (name + 3 & ~3));
    note.put(descriptor);
    return note.array();
  }

  public static byte[] pvhNote(int entry) {
    return note("Xen", 18, little(4).putInt(entry).array());
  }

  public static Path write(Path folder, ByteBuffer content) throws IOException {
    return Files.write(Files.createTempFile(folder, "kernel", ""), content.array());
  }

  static ByteBuffer truncated(ByteBuffer content, int length) {
    return ByteBuffer.wrap(Arrays.copyOf(content.array(), length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  static List<Load> one(long address, int size) {
    List<Load> loads = new ArrayList<>();
    loads.add(new Load(address, new byte[size], size));
    return loads;
  }

  private static void header(
      ByteBuffer elf, int at, int type, long offset, long address, long size, long memorySize) {
    elf.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, address);
    elf.putLong(at + 24, address).putLong(at + 32, size).putLong(at + 40, memorySize);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
