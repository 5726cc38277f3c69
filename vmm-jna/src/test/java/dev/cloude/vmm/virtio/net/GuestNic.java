package dev.cloude.vmm.virtio.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A guest's network driver over {@link ModelDriver}: posts buffers, sends and receives frames. */
final class GuestNic implements AutoCloseable {
  static final int QUEUE_SIZE = 64;
  private static final long RAM = 8 << 20;
  private static final long RECEIVE_AREA = 0x10_0000;
  private static final long TRANSMIT_AREA = 0x40_0000;
  private static final int NUM_BUFFERS = 10;

  final GuestMemory memory = GuestMemory.allocate(RAM);
  // Null where the kernel moves the frames.
  final VirtioNet net;
  final VirtioMmioDevice device;
  final ModelDriver driver;
  // Where the buffer of each posted receive chain is, by its head.
  private final Map<Integer, long[]> posted = new HashMap<>();
  private long nextReceive = RECEIVE_AREA;
  private long nextTransmit = TRANSMIT_AREA;

  GuestNic(NetConfig config, FrameChannel channel, LongSupplier clock) {
    net = new VirtioNet(config, channel, memory, clock);
    device = new VirtioMmioDevice(net, memory);
    driver = new ModelDriver(device, memory);
  }

  /**
   * With frames that the kernel moves.
   *
   * @param kernel makes its part for the guest's memory
   */
  GuestNic(NetConfig config, FrameChannel channel, Function<GuestMemory, VhostPort> kernel) {
    net = null;
    device =
        new VirtioMmioDevice(new VhostNetDevice(config, channel, kernel.apply(memory)), memory);
    driver = new ModelDriver(device, memory);
  }

  DriverQueue rx() {
    return driver.queue(0);
  }

  DriverQueue tx() {
    return driver.queue(1);
  }

  void start(long features) {
    driver.start(features, QUEUE_SIZE);
    posted.clear();
  }

  /** Posts one receive chain whose buffers have these lengths. */
  void postReceive(int... lengths) {
    Buffer[] buffers = new Buffer[lengths.length];
    long[] layout = new long[2 * lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      if (nextReceive + lengths[i] > TRANSMIT_AREA) {
        nextReceive = RECEIVE_AREA;
      }
      buffers[i] = new Buffer(nextReceive, lengths[i], true);
      layout[2 * i] = nextReceive;
      layout[2 * i + 1] = lengths[i];
      nextReceive += lengths[i];
    }
    posted.put(rx().post(buffers), layout);
  }

  /** Fills the receive queue with buffers of one size, as Linux does with mergeable ones. */
  void fillReceive(int size) {
    while (rx().freeDescriptors() > 0) {
      postReceive(size);
    }
    driver.kick(0);
  }

  /** The next frame with its header, put together from the chains it came in. */
  Optional<byte[]> receive() {
    Optional<Used> first = rx().take();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    append(frame, first.get());
    byte[] start = frame.toByteArray();
    int chains = (start[NUM_BUFFERS] & 0xff) | (start[NUM_BUFFERS + 1] & 0xff) << 8;
    for (int i = 1; i < chains; i++) {
      Optional<Used> next = rx().take();
      assertThat(next).as("chain %d of %d is there together with the first", i, chains).isPresent();
      append(frame, next.get());
    }
    return Optional.of(frame.toByteArray());
  }

  /** Sends one frame with its header, cut into buffers of these lengths; the rest is the last. */
  void send(byte[] frame, int... cuts) {
    while (tx().take().isPresent()) {}
    if (nextTransmit + frame.length > RAM) {
      nextTransmit = TRANSMIT_AREA;
    }
    memory.write(nextTransmit, frame);
    Buffer[] buffers = new Buffer[cuts.length + 1];
    int at = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int length = i < cuts.length ? cuts[i] : frame.length - at;
      buffers[i] = new Buffer(nextTransmit + at, length, false);
      at += length;
    }
    nextTransmit += frame.length;
    tx().post(buffers);
    driver.kick(1);
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }

  private void append(ByteArrayOutputStream frame, Used used) {
    long[] layout = posted.remove(used.head());
    long left = used.length();
    for (int i = 0; i < layout.length && left > 0; i += 2) {
      byte[] part = new byte[(int) Math.min(left, layout[i + 1])];
      memory.read(layout[i], part, 0, part.length);
      frame.writeBytes(part);
      left -= part.length;
    }
    assertThat(left).as("used length is within the chain").isZero();
  }
}
