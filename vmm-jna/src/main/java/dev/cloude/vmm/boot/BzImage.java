package dev.cloude.vmm.boot;

import static dev.cloude.vmm.boot.BootException.Code.KERNEL_ENTRY;
import static dev.cloude.vmm.boot.BootException.Code.KERNEL_FORMAT;
import static dev.cloude.vmm.boot.BootException.Code.KERNEL_TRUNCATED;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;

/**
 * Linux's compressed image, entered in 64-bit mode 0x200 after its start (Documentation/arch/x86/
 * boot.rst, "64-bit Boot Protocol"). Loaded at 1 MiB, from where it moves itself.
 */
final class BzImage {
  private static final int HEAD = 0x300;
  private static final int MAGIC = 0x53726448;
  private static final int FIRST_VERSION_WITH_XLOADFLAGS = 0x020c;
  private static final int KERNEL_64 = 1;
  private static final int CAN_BE_LOADED_ABOVE_4G = 2;
  private static final int ENTRY_64 = 0x200;

  private final ImageFile file;
  private final ByteBuffer head;

  BzImage(ImageFile file, BootProtocol wanted) {
    this.file = file;
    this.head = file.head(0, HEAD);
    if (head.remaining() < HEAD
        || (head.getShort(0x1fe) & 0xffff) != 0xaa55
        || head.getInt(0x202) != MAGIC) {
      throw new BootException(
          KERNEL_FORMAT, file.path() + " is neither a bzImage nor an ELF kernel for x86-64.");
    }
    int version = head.getShort(0x206) & 0xffff;
    if (version < FIRST_VERSION_WITH_XLOADFLAGS || (head.getShort(0x236) & KERNEL_64) == 0) {
      throw new BootException(
          KERNEL_ENTRY,
          String.format(
              "%s (boot protocol %d.%02d) has no 64-bit entry; use a 64-bit kernel of Linux 3.8 or"
                  + " later.",
              file.path(), version >> 8, version & 0xff));
    }
    if (wanted == BootProtocol.PVH) {
      throw new BootException(
          KERNEL_ENTRY,
          file.path() + " is a bzImage, which has no PVH entry; give the ELF vmlinux instead.");
    }
  }

  LoadedKernel load(GuestMemory memory) {
    int setupSectors = head.get(0x1f1) == 0 ? 4 : head.get(0x1f1) & 0xff;
    long start = (setupSectors + 1) * 512L;
    long promised = (head.getInt(0x1f4) & 0xffff_ffffL) * 16;
    long length = file.size() - start;
    if (length <= ENTRY_64 || length < promised) {
      throw truncated(start + Math.max(promised, ENTRY_64 + 1));
    }
    long end = Math.max(GuestLayout.HIGH_MEMORY + length, runEnd());
    if (!memory.contains(GuestLayout.HIGH_MEMORY, end - GuestLayout.HIGH_MEMORY)) {
      throw KernelLoader.tooSmall(file.path(), end, memory);
    }
    if (!file.readInto(memory, GuestLayout.HIGH_MEMORY, start, length)) {
      throw truncated(file.size());
    }
    return new LoadedKernel(
        BootProtocol.LINUX_64,
        GuestLayout.HIGH_MEMORY + ENTRY_64,
        end,
        initrdLimit(),
        // Never negative: taken as unsigned and cut to the room there is.
        (int) Math.min(head.getInt(0x238) & 0xffff_ffffL, GuestLayout.COMMAND_LINE_ROOM - 1),
        setupHeader());
  }

  // Where the unpacked kernel ends: it moves to its preferred address, or the next aligned one, and
  // uses init_size bytes from there.
  private long runEnd() {
    long alignment = Math.max(1, head.getInt(0x230) & 0xffff_ffffL);
    long aligned = (GuestLayout.HIGH_MEMORY + alignment - 1) / alignment * alignment;
    long preferred = head.getLong(0x258);
    long at = Long.compareUnsigned(preferred, aligned) > 0 ? preferred : aligned;
    long size = head.getInt(0x260) & 0xffff_ffffL;
    // A preferred address beyond any RAM must not wrap around into it.
    return at < 0 || at > Long.MAX_VALUE - size ? Long.MAX_VALUE : at + size;
  }

  private long initrdLimit() {
    if ((head.getShort(0x236) & CAN_BE_LOADED_ABOVE_4G) != 0) {
      return Long.MAX_VALUE;
    }
    return (head.getInt(0x22c) & 0xffff_ffffL) + 1;
  }

  // Its length is told by the jump over it: the byte at 0x201, counted from 0x202.
  private byte[] setupHeader() {
    int end = 0x202 + (head.get(0x201) & 0xff);
    byte[] header = new byte[Math.min(end, ZeroPage.SETUP_HEADER_END) - ZeroPage.SETUP_HEADER];
    head.get(ZeroPage.SETUP_HEADER, header);
    return header;
  }

  private BootException truncated(long expected) {
    return new BootException(
        KERNEL_TRUNCATED,
        String.format(
            "%s has %d bytes but its header promises %d; copy it again.",
            file.path(), file.size(), expected));
  }
}
