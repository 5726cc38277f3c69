package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.IoVector;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DescriptorChain;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;
import dev.cloude.vmm.virtio.Virtqueue;

/**
 * The chains that the driver has posted for frames to come, popped in order and laid out as one
 * vector to read into. Behind them lies the spill, private memory for what of a frame they cannot
 * hold, so that no frame is ever cut short without notice.
 */
final class ReceiveBuffers implements AutoCloseable {
  /** Bytes of the largest frame with its header. */
  static final int SPILL_BYTES = VirtioNet.HEADER_BYTES + VirtioNet.MAX_FRAME_BYTES;

  // One entry is kept for the spill.
  private static final int CAPACITY = IoVector.MAX_ENTRIES - 1;
  private static final int NUM_BUFFERS = 10;

  private final GuestMemory memory;
  private final DescriptorChain popped = new DescriptorChain();
  private final NativeBlock spill = new NativeBlock(SPILL_BYTES);
  private final byte[] copy = new byte[SPILL_BYTES];
  private final IoVector iovecs = new IoVector(IoVector.MAX_ENTRIES);
  // Guest address of each entry's buffer.
  private final long[] addresses = new long[CAPACITY];
  private int firstEntry;
  private int endEntry;
  // For each chain: its head, its entries, its bytes.
  private final int[] heads = new int[CAPACITY];
  private final int[] entries = new int[CAPACITY];
  private final long[] bytes = new long[CAPACITY];
  private int firstChain;
  private int endChain;
  private long room;

  ReceiveBuffers(GuestMemory memory) {
    this.memory = memory;
  }

  /** Forgets every chain. */
  void clear() {
    firstEntry = 0;
    endEntry = 0;
    firstChain = 0;
    endChain = 0;
    room = 0;
  }

  /** Bytes that the popped chains can hold, header included. */
  long room() {
    return room;
  }

  /**
   * Pops chains until there is room for any frame, or only one if {@code single}.
   *
   * @return whether another chain could still be taken once the driver posts it
   */
  boolean gather(Virtqueue queue, boolean single) {
    while (single ? room == 0 : room < SPILL_BYTES) {
      if (endEntry + queue.size() > CAPACITY) {
        moveToStart();
        if (endEntry + queue.size() > CAPACITY) {
          return false;
        }
      }
      if (!queue.pop(popped)) {
        return true;
      }
      add();
    }
    return !single;
  }

  /** Reads one frame into the chains and the spill behind them; as {@link FrameChannel#read}. */
  long read(FrameChannel channel) {
    // SAFETY: every entry was checked when its chain was copied; the spill holds the largest frame.
    iovecs.set(endEntry, spill.address(), SPILL_BYTES);
    return channel.read(iovecs.address(firstEntry), endEntry + 1 - firstEntry);
  }

  /**
   * Copies the part of a frame that went to the spill into chains gathered since.
   *
   * @param start where in the frame the spill begins
   * @param length of the frame, at most {@link #room}
   */
  void unspill(long start, long length) {
    int left = (int) (length - start);
    spill.bytes().get(0, copy, 0, left);
    long offset = 0;
    int done = 0;
    for (int i = firstEntry; done < left; i++) {
      long size = iovecs.length(i);
      long skip = Math.max(0, start + done - offset);
      if (skip < size) {
        int step = (int) Math.min(size - skip, left - done);
        memory.write(addresses[i] + skip, copy, done, step);
        done += step;
      }
      offset += size;
    }
  }

  /**
   * Returns to the driver the chains that a frame fills, from the first on.
   *
   * @param length of the frame, at most {@link #room}
   */
  void deliver(Virtqueue queue, long length) {
    int chains = 0;
    for (long left = length; left > 0; left -= bytes[firstChain + chains++]) {}
    writeHeaderByte(NUM_BUFFERS, chains);
    writeHeaderByte(NUM_BUFFERS + 1, chains >>> 8);
    long left = length;
    for (int i = 0; i < chains; i++) {
      long used = Math.min(left, bytes[firstChain]);
      queue.push(heads[firstChain], used);
      left -= used;
      room -= bytes[firstChain];
      firstEntry += entries[firstChain];
      firstChain++;
    }
    if (firstChain == endChain) {
      clear();
    }
  }

  @Override
  public void close() {
    clear();
    iovecs.close();
    spill.close();
  }

  private void add() {
    if (popped.readableCount() > 0 || popped.writableBytes() < VirtioNet.HEADER_BYTES) {
      throw new VirtioException(
          Code.BUFFER_SHAPE,
          String.format(
              "A buffer for received frames has %d bytes to read and %d to write; it needs none and"
                  + " at least %d.",
              popped.readableBytes(), popped.writableBytes(), VirtioNet.HEADER_BYTES));
    }
    for (int i = 0; i < popped.count(); i++) {
      iovecs.set(endEntry, popped.hostAddress(i), popped.length(i));
      addresses[endEntry] = popped.guestAddress(i);
      endEntry++;
    }
    heads[endChain] = popped.head();
    entries[endChain] = popped.count();
    bytes[endChain] = popped.writableBytes();
    endChain++;
    room += popped.writableBytes();
  }

  // The header may be split among buffers in any way.
  private void writeHeaderByte(int position, int value) {
    long offset = position;
    int i = firstEntry;
    while (offset >= iovecs.length(i)) {
      offset -= iovecs.length(i++);
    }
    memory.writeU8(addresses[i] + offset, value);
  }

  private void moveToStart() {
    int entryCount = endEntry - firstEntry;
    iovecs.moveToStart(firstEntry, entryCount);
    System.arraycopy(addresses, firstEntry, addresses, 0, entryCount);
    firstEntry = 0;
    endEntry = entryCount;
    int chainCount = endChain - firstChain;
    System.arraycopy(heads, firstChain, heads, 0, chainCount);
    System.arraycopy(entries, firstChain, entries, 0, chainCount);
    System.arraycopy(bytes, firstChain, bytes, 0, chainCount);
    firstChain = 0;
    endChain = chainCount;
  }
}
