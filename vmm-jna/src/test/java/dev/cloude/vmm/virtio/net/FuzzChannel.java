package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** The host's end of the wire: checks every vector that it is handed, touches nothing outside. */
final class FuzzChannel implements FrameChannel {
  private static final int MIN = VirtioNet.HEADER_BYTES + VirtioNet.MIN_FRAME_BYTES;

  private final GuestMemory memory;
  private final MemoryRegion ram;
  // The vectors, seen where they were last: making a view takes longer than all the rest.
  private long vectorsAt;
  private ByteBuffer vectors = ByteBuffer.allocate(0);
  // Lengths of the frames to come; minus an error number for a read that fails.
  final Queue<Integer> incoming = new ArrayDeque<>();
  // The error number that every write gives; 0 for none.
  int writeError;
  // Whether the interface behind it was removed.
  boolean removed;
  long written;

  FuzzChannel(GuestMemory memory) {
    this.memory = memory;
    ram = memory.regions().get(0);
  }

  @Override
  public int fd() {
    return -1;
  }

  @Override
  public long read(long iovecs, int count) {
    ByteBuffer entries = vectors(iovecs, count);
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
    ByteBuffer entries = vectors(iovecs, count);
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
  public void offload(boolean checksum, boolean segment4, boolean segment6) {
    if (removed) {
      throw new ErrnoException("ioctl(TUNSETOFFLOAD)", Errno.EBADFD);
    }
  }

  private ByteBuffer vectors(long at, int count) {
    if (at != vectorsAt || vectors.capacity() < 16 * count) {
      vectors = LibC.view(at, 16L * count);
      vectorsAt = at;
    }
    return vectors;
  }

  private void checkInRam(long address, long length) {
    Invariant.holds(isInRam(address, length), "vectors lie in RAM", length);
  }

  private boolean isInRam(long address, long length) {
    return length > 0
        && address >= ram.hostAddress()
        && address - ram.hostAddress() <= ram.size() - length;
  }

  // What is cut off or too long lies outside, in the device's own buffer.
  private void fill(long address, int length) {
    if (!isInRam(address, length)) {
      if (length > 0) {
        LibC.view(address, length).put(0, (byte) 0xee).put(length - 1, (byte) 0xee);
      }
      return;
    }
    long start = address - ram.hostAddress();
    for (int i = 0; i < length; i += 64) {
      memory.writeU8(start + i, 0xee);
    }
    memory.writeU8(start + length - 1, 0xee);
  }
}
