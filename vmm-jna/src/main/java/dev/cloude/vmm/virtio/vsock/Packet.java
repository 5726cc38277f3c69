package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DescriptorChain;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;

/**
 * A packet in one chain: header, then data, split among buffers in any way. Reused for every
 * packet. For the thread that serves the device.
 */
final class Packet {
  private final GuestMemory memory;
  private final DescriptorChain chain = new DescriptorChain();
  private final PacketHeader header = new PacketHeader();

  Packet(GuestMemory memory) {
    this.memory = memory;
  }

  /** Where the queue puts the packet's chain. */
  DescriptorChain chain() {
    return chain;
  }

  PacketHeader header() {
    return header;
  }

  /** Reads the header of what the guest has sent; its data has the length that it says. */
  void open() {
    long room = chain.readableBytes();
    if (chain.writableBytes() > 0 || room < PacketHeader.BYTES) {
      throw new VirtioException(
          Code.BUFFER_SHAPE,
          String.format(
              "A packet of the guest has %d bytes to read and %d to write; it needs at least %d and"
                  + " none.",
              room, chain.writableBytes(), PacketHeader.BYTES));
    }
    copy(
        0, PacketHeader.BYTES, (at, length, done) -> memory.read(at, header.bytes(), done, length));
    if (header.length() > room - PacketHeader.BYTES) {
      throw new VirtioException(
          Code.BUFFER_SHAPE,
          String.format(
              "A packet says that it has %d bytes of data, in a chain of %d.",
              header.length(), room));
    }
  }

  /** Checks a chain that the guest has posted for a packet to come. */
  void openForWriting() {
    if (chain.readableCount() > 0 || chain.writableBytes() <= PacketHeader.BYTES) {
      throw new VirtioException(
          Code.BUFFER_SHAPE,
          String.format(
              "A buffer for packets has %d bytes to read and %d to write; it needs none and more"
                  + " than %d.",
              chain.readableBytes(), chain.writableBytes(), PacketHeader.BYTES));
    }
  }

  /** Bytes of data that a chain for a packet to come can hold. */
  int room() {
    return (int) Math.min(Integer.MAX_VALUE, chain.writableBytes() - PacketHeader.BYTES);
  }

  /** Adds all data to {@code ring}, which has room for it. */
  void moveDataTo(ByteRing ring) {
    int length = (int) header.length();
    ring.prepare(length);
    copy(PacketHeader.BYTES, length, (at, part, done) -> ring.putFrom(memory, at, part));
  }

  /** Fills the data with the first {@code length} bytes of {@code ring}, at most {@link #room}. */
  void takeDataFrom(ByteRing ring, int length) {
    copy(PacketHeader.BYTES, length, (at, part, done) -> ring.takeTo(memory, at, part));
  }

  /** Writes the header; returns the bytes of the whole packet. */
  long seal() {
    copy(
        0,
        PacketHeader.BYTES,
        (at, length, done) -> memory.write(at, header.bytes(), done, length));
    return PacketHeader.BYTES + header.length();
  }

  private interface Part {
    void copy(long guestAddress, int length, int done);
  }

  private void copy(long from, int length, Part part) {
    long skip = from;
    int done = 0;
    for (int i = 0; done < length; i++) {
      long size = chain.length(i);
      if (skip >= size) {
        skip -= size;
        continue;
      }
      int step = (int) Math.min(size - skip, length - done);
      // SAFETY: inside one buffer of the chain's checked copy; the access is checked once more.
      part.copy(chain.guestAddress(i) + skip, step, done);
      done += step;
      skip = 0;
    }
  }
}
