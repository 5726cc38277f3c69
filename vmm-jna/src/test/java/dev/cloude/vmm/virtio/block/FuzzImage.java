package dev.cloude.vmm.virtio.block;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.nio.ByteBuffer;

/** A disk without content that checks every vector that it is handed. */
final class FuzzImage implements BlockImage {
  static final int SIZE = 64 * VirtioBlock.SECTOR_BYTES;

  private final MemoryRegion ram;
  // What a read gets at most; negative for an error number.
  long atMost = Long.MAX_VALUE;

  FuzzImage(GuestMemory memory) {
    ram = memory.regions().get(0);
  }

  @Override
  public long size() {
    return SIZE;
  }

  @Override
  public long read(long iovecs, int count, long position) {
    ByteBuffer entries = LibC.view(iovecs, 16L * count);
    long room = 0;
    for (int i = 0; i < count; i++) {
      room += length(entries, i);
    }
    Invariant.holds(room > 0 && room <= VirtioBlock.MAX_REQUEST_BYTES, "reads are small", room);
    Invariant.holds(position >= 0 && position <= SIZE - room, "they are on the disk", position);
    long given = Math.min(room, atMost);
    long left = given;
    for (int i = 0; left > 0; i++) {
      long step = Math.min(left, length(entries, i));
      LibC.view(entries.getLong(16 * i), step).put(0, (byte) 0xee).put((int) step - 1, (byte) 0xee);
      left -= step;
    }
    return given;
  }

  @Override
  public void close() {}

  private long length(ByteBuffer entries, int i) {
    long address = entries.getLong(16 * i);
    long length = entries.getLong(16 * i + 8);
    boolean inside =
        length > 0
            && address >= ram.hostAddress()
            && address - ram.hostAddress() <= ram.size() - length;
    Invariant.holds(inside, "vectors lie in RAM", length);
    return length;
  }
}
