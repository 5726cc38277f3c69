package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** The host's end of the wire: checks every vector that it is handed, touches nothing outside. */
final class FuzzChannel implements FrameChannel {
  private static final int MIN = VirtioNet.HEADER_BYTES + VirtioNet.MIN_FRAME_BYTES;

  private final MemoryRegion ram;
  // Lengths of the frames to come; minus an error number for a read that fails.
  final Queue<Integer> incoming = new ArrayDeque<>();
  // The error number that every write gives; 0 for none.
  int writeError;
  long written;

  FuzzChannel(GuestMemory memory) {
    ram = memory.regions().get(0);
  }

  @Override
  public int fd() {
    return -1;
  }

  @Override
  public long read(long iovecs, int count) {
    ByteBuffer entries = LibC.view(iovecs, 16L * count);
    for (int i = 0; i < count - 1; i++) {
      checkInRam(entries.getLong(16 * i), entries.getLong(16 * i + 8));
    }
    if (incoming.isEmpty()) {
      return -Errno.EAGAIN;
    }
    int length = incoming.remove();
    int left = length;
    for (int i = 0; left > 0 && i < count; i++) {
      int step = (int) Math.min(left, entries.getLong(16 * i + 8));
      fill(entries.getLong(16 * i), step);
      left -= step;
    }
    // As the kernel does it, a frame that is too long is cut.
    return length < 0 ? length : length - Math.max(0, left);
  }

  @Override
  public long write(long iovecs, int count) {
    ByteBuffer entries = LibC.view(iovecs, 16L * count);
    long total = 0;
    for (int i = 0; i < count; i++) {
      long length = entries.getLong(16 * i + 8);
      checkInRam(entries.getLong(16 * i), length);
      total += length;
    }
    Invariant.holds(total >= MIN && total <= ReceiveBuffers.SPILL_BYTES, "frames fit", total);
    if (writeError != 0) {
      return -writeError;
    }
    written++;
    return total;
  }

  @Override
  public void offload(boolean checksum, boolean segment4, boolean segment6) {}

  private void checkInRam(long address, long length) {
    boolean inside =
        length > 0
            && address >= ram.hostAddress()
            && address - ram.hostAddress() <= ram.size() - length;
    Invariant.holds(inside, "vectors lie in RAM", length);
  }

  private static void fill(long address, int length) {
    ByteBuffer target = LibC.view(address, length);
    for (int i = 0; i < length; i += 64) {
      target.put(i, (byte) 0xee);
    }
    if (length > 0) {
      target.put(length - 1, (byte) 0xee);
    }
  }
}
