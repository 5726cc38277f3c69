package dev.cloude.vmm.virtio.block;

import dev.cloude.vmm.libc.IoVector;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DescriptorChain;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;

/**
 * One request in its chain (virtio 1.2, section 5.2.6), however the driver has cut it into buffers:
 *
 * <pre>
 * device reads    type u32, reserved u32, sector u64, then what is to be written to the disk
 * device writes   data, status u8
 * </pre>
 *
 * <p>The header is copied once. Reused for every request, so that nothing is allocated.
 */
final class BlockRequest implements AutoCloseable {
  static final int HEADER_BYTES = 16;

  private final GuestMemory memory;
  private final DescriptorChain chain = new DescriptorChain();
  private final IoVector vector = new IoVector(VirtioDevice.MAX_QUEUE_SIZE);
  private final byte[] header = new byte[HEADER_BYTES];

  BlockRequest(GuestMemory memory) {
    this.memory = memory;
  }

  /** To be popped into, then {@link #open}ed. */
  DescriptorChain chain() {
    return chain;
  }

  /** Copies the header. {@link VirtioException} when the chain is no request. */
  void open() {
    if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
      throw new VirtioException(
          Code.BUFFER_SHAPE,
          String.format(
              "A disk request of %d bytes to read and %d to write has no room for its header and"
                  + " its status.",
              chain.readableBytes(), chain.writableBytes()));
    }
    int done = 0;
    for (int i = 0; done < HEADER_BYTES; i++) {
      int step = (int) Math.min(chain.length(i), HEADER_BYTES - done);
      memory.read(chain.guestAddress(i), header, done, step);
      done += step;
    }
  }

  long type() {
    return number(0, 4);
  }

  /** Where on the disk, in sectors; any 64 bits. */
  long sector() {
    return number(8, 8);
  }

  /** Bytes that the driver has made room for, the status not counted. */
  long room() {
    return chain.writableBytes() - 1;
  }

  /**
   * The room from byte {@code from} on, as vectors at {@link #vectors}.
   *
   * @param from less than {@link #room}
   * @return how many there are
   */
  int gather(long from) {
    int count = 0;
    long skip = from;
    long left = room() - from;
    for (int i = chain.readableCount(); left > 0; i++) {
      long length = chain.length(i);
      if (skip >= length) {
        skip -= length;
        continue;
      }
      long step = Math.min(length - skip, left);
      // SAFETY: the chain was checked when it was copied; skip + step is at most its length.
      vector.set(count++, chain.hostAddress(i) + skip, step);
      left -= step;
      skip = 0;
    }
    return count;
  }

  /** Address of what {@link #gather} has put together. */
  long vectors() {
    return vector.address(0);
  }

  /** Puts {@code bytes} at the start of the room; what does not fit is left out. */
  int fill(byte[] bytes) {
    int wanted = (int) Math.min(bytes.length, room());
    int done = 0;
    for (int i = chain.readableCount(); done < wanted; i++) {
      int step = (int) Math.min(chain.length(i), wanted - done);
      memory.write(chain.guestAddress(i), bytes, done, step);
      done += step;
    }
    return done;
  }

  /** Writes the status into the last byte that the device may write. */
  void status(int status) {
    int last = chain.count() - 1;
    memory.writeU8(chain.guestAddress(last) + chain.length(last) - 1, status);
  }

  @Override
  public void close() {
    vector.close();
  }

  private long number(int at, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (header[at + i] & 0xffL) << (8 * i);
    }
    return value;
  }
}
