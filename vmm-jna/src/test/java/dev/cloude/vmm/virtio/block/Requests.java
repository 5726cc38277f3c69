package dev.cloude.vmm.virtio.block;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A driver's side of a disk: makes requests, in buffers of any lengths. */
final class Requests implements AutoCloseable {
  static final int HEADER = 0x10_0000;
  static final int DATA = 0x20_0000;

  final AtomicLong clock = new AtomicLong();
  final GuestMemory memory = GuestMemory.allocate(16 << 20);
  final VirtioBlock block;
  final VirtioMmioDevice device;
  final ModelDriver driver;

  Requests(BlockImage image, RateLimit limit) {
    block = new VirtioBlock(image, "the-disk", limit, memory, clock::get);
    device = new VirtioMmioDevice(block, memory);
    driver = new ModelDriver(device, memory);
    driver.start(0, 256);
  }

  /** Offers a request whose header and room (with the status) are cut as told. */
  int post(int type, long sector, List<Integer> header, List<Integer> room) {
    memory.writeU32(HEADER, type);
    memory.writeU64(HEADER + 8, sector);
    List<Buffer> buffers = new ArrayList<>();
    long at = HEADER;
    for (int length : header) {
      buffers.add(new Buffer(at, length, false));
      at += length;
    }
    at = DATA;
    for (int length : room) {
      buffers.add(new Buffer(at, length, true));
      at += length;
    }
    int head = driver.queue(0).post(buffers.toArray(Buffer[]::new));
    driver.kick(0);
    return head;
  }

  /** Makes a request with room for {@code length} bytes and returns its status. */
  int ask(int type, long sector, int length) {
    memory.writeU8(DATA + length, 0xff);
    int head = post(type, sector, List.of(16), length == 0 ? List.of(1) : List.of(length, 1));
    driver.runDevice();
    Used used = driver.queue(0).take().orElseThrow();
    if (used.head() != head) {
      throw new AssertionError("Chain " + used.head() + " came back, not " + head);
    }
    return memory.readU8(DATA + length);
  }

  byte[] data(int length) {
    byte[] data = new byte[length];
    memory.read(DATA, data, 0, length);
    return data;
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }
}
