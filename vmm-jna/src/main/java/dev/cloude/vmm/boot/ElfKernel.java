package dev.cloude.vmm.boot;

import static dev.cloude.vmm.boot.BootException.Code.KERNEL_ENTRY;
import static dev.cloude.vmm.boot.BootException.Code.KERNEL_FORMAT;
import static dev.cloude.vmm.boot.BootException.Code.KERNEL_OVERLAP;
import static dev.cloude.vmm.boot.BootException.Code.KERNEL_TRUNCATED;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * An uncompressed kernel (vmlinux) for x86-64: its segments go to their physical addresses. Entered
 * at its ELF entry in 64-bit mode, or where its PVH note says (Xen's XEN_ELFNOTE_PHYS32_ENTRY).
 */
final class ElfKernel {
  private static final int HEAD = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int MAX_PROGRAM_HEADERS = 256;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final int MAX_NOTES = 1 << 20;
  private static final int PHYS32_ENTRY = 18;
  private static final int XEN = 0x006e6558;
  // The kernel's COMMAND_LINE_SIZE, which an ELF file does not tell.
  private static final int COMMAND_LINE_LIMIT = 2047;

  private record Segment(int type, long offset, long address, long fileSize, long memorySize) {
    long end() {
      return address + memorySize;
    }
  }

  private final ImageFile file;
  private final BootProtocol wanted;

  ElfKernel(ImageFile file, BootProtocol wanted) {
    this.file = file;
    this.wanted = wanted;
  }

  LoadedKernel load(GuestMemory memory) {
    ByteBuffer head = file.head(0, HEAD);
    if (head.remaining() < HEAD) {
      throw truncated(HEAD);
    }
    checkMachine(head);
    List<Segment> segments = segments(head);
    List<Segment> loads =
        segments.stream()
            .filter(s -> s.type == PT_LOAD && s.memorySize > 0)
            .sorted(Comparator.comparingLong(Segment::address))
            .toList();
    check(loads, memory);
    Entry entry = entry(head.getLong(0x18), segments);
    if (loads.stream().noneMatch(s -> entry.address >= s.address && entry.address < s.end())) {
      throw new BootException(
          KERNEL_ENTRY,
          String.format(
              "The entry 0x%x of %s is in none of its segments.", entry.address, file.path()));
    }
    for (Segment s : loads) {
      // The rest up to memorySize is zero already: fresh RAM, and no two segments overlap.
      if (!file.readInto(memory, s.address, s.offset, s.fileSize)) {
        throw truncated(s.offset + s.fileSize);
      }
    }
    return new LoadedKernel(
        entry.protocol,
        entry.address,
        loads.get(loads.size() - 1).end(),
        Long.MAX_VALUE,
        COMMAND_LINE_LIMIT,
        new byte[0]);
  }

  private void checkMachine(ByteBuffer head) {
    boolean elf64LittleEndian = head.get(4) == 2 && head.get(5) == 1;
    if (!elf64LittleEndian || head.getShort(18) != 62) {
      throw new BootException(
          KERNEL_ENTRY, file.path() + " is an ELF file, but not one for 64-bit x86.");
    }
    if (head.getShort(54) != PROGRAM_HEADER) {
      throw new BootException(
          KERNEL_FORMAT,
          file.path() + " has program headers of " + head.getShort(54) + " bytes instead of 56.");
    }
  }

  private List<Segment> segments(ByteBuffer head) {
    long offset = head.getLong(32);
    int count = head.getShort(56) & 0xffff;
    if (count == 0 || count > MAX_PROGRAM_HEADERS || offset < 0 || offset > file.size()) {
      throw new BootException(
          KERNEL_FORMAT,
          String.format(
              "%s has %d program headers at offset %d: not a kernel.", file.path(), count, offset));
    }
    ByteBuffer table = file.head(offset, count * PROGRAM_HEADER);
    if (table.remaining() < count * PROGRAM_HEADER) {
      throw truncated(offset + (long) count * PROGRAM_HEADER);
    }
    List<Segment> segments = new ArrayList<>();
    for (int at = 0; at < count * PROGRAM_HEADER; at += PROGRAM_HEADER) {
      segments.add(
          new Segment(
              table.getInt(at),
              table.getLong(at + 8),
              table.getLong(at + 24),
              table.getLong(at + 32),
              table.getLong(at + 40)));
    }
    return segments;
  }

  private void check(List<Segment> loads, GuestMemory memory) {
    if (loads.isEmpty()) {
      throw new BootException(KERNEL_FORMAT, file.path() + " has nothing to load.");
    }
    long previousEnd = GuestLayout.HIGH_MEMORY;
    for (Segment s : loads) {
      if (s.offset < 0 || s.fileSize < 0 || s.memorySize < s.fileSize) {
        throw new BootException(
            KERNEL_FORMAT,
            String.format(
                "A segment of %s has 0x%x bytes in the file and 0x%x in memory.",
                file.path(), s.fileSize, s.memorySize));
      }
      if (s.offset > file.size() || s.fileSize > file.size() - s.offset) {
        throw truncated(s.offset + s.fileSize);
      }
      if (s.address < previousEnd) {
        throw new BootException(
            KERNEL_OVERLAP,
            String.format(
                "A segment of %s starts at 0x%x, but everything below 0x%x is taken.",
                file.path(), s.address, previousEnd));
      }
      if (!memory.contains(s.address, s.memorySize) || s.end() > memory.regions().get(0).end()) {
        long needed = s.address > Long.MAX_VALUE - s.memorySize ? Long.MAX_VALUE : s.end();
        throw KernelLoader.tooSmall(file.path(), needed, memory);
      }
      previousEnd = s.end();
    }
  }

  private record Entry(BootProtocol protocol, long address) {}

  private Entry entry(long elfEntry, List<Segment> segments) {
    OptionalLong pvh = wanted == BootProtocol.LINUX_64 ? OptionalLong.empty() : pvhEntry(segments);
    if (pvh.isPresent()) {
      return new Entry(BootProtocol.PVH, pvh.getAsLong());
    }
    if (wanted == BootProtocol.PVH) {
      throw new BootException(
          KERNEL_ENTRY,
          file.path() + " has no PVH entry; it needs CONFIG_PVH, or use its 64-bit entry.");
    }
    return new Entry(BootProtocol.LINUX_64, elfEntry);
  }

  private OptionalLong pvhEntry(List<Segment> segments) {
    for (Segment s : segments) {
      boolean readable =
          s.type == PT_NOTE && s.offset >= 0 && s.fileSize >= 0 && s.fileSize <= MAX_NOTES;
      if (readable) {
        OptionalLong entry = pvhEntry(file.head(s.offset, (int) s.fileSize));
        if (entry.isPresent()) {
          return entry;
        }
      }
    }
    return OptionalLong.empty();
  }

  // A note: name size, descriptor size, type, name and descriptor each padded to 4 bytes.
  private static OptionalLong pvhEntry(ByteBuffer notes) {
    long at = 0;
    while (at + 12 <= notes.limit()) {
      int i = (int) at;
      long name = notes.getInt(i) & 0xffff_ffffL;
      long descriptor = notes.getInt(i + 4) & 0xffff_ffffL;
      long value = at + 12 + (name + 3 & ~3L);
      boolean found =
          name == 4
              && notes.getInt(i + 8) == PHYS32_ENTRY
              && value + 4 <= notes.limit()
              && descriptor >= 4
              && notes.getInt(i + 12) == XEN;
      if (found) {
        return OptionalLong.of(notes.getInt((int) value) & 0xffff_ffffL);
      }
      at = value + (descriptor + 3 & ~3L);
    }
    return OptionalLong.empty();
  }

  private BootException truncated(long expected) {
    return new BootException(
        KERNEL_TRUNCATED,
        String.format(
            "%s has %d bytes but its headers promise %d; copy it again.",
            file.path(), file.size(), expected));
  }
}
