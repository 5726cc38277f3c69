package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A guest's side of the socket device: sends any packet, and takes those of the host. */
public final class GuestSockets implements AutoCloseable {
  /** The host's port that the guest can connect to. */
  public static final int PORT = 1000;

  public static final int REQUEST = Operation.REQUEST;
  public static final int RESPONSE = Operation.RESPONSE;
  public static final int RST = Operation.RST;
  public static final int SHUTDOWN = Operation.SHUTDOWN;
  public static final int RW = Operation.RW;
  public static final int CREDIT_UPDATE = Operation.CREDIT_UPDATE;

  private static final long RX = 0x10_0000;
  private static final long TX = 0x80_0000;
  private static final int RX_BYTES = 0x2000;
  private static final int TX_BYTES = 0x4000;

  /** A packet from the host. */
  public record Received(
      int operation,
      int hostPort,
      int guestPort,
      int flags,
      int allocated,
      int forwarded,
      long sourceCid,
      int type,
      byte[] data) {}

  final AtomicLong clock = new AtomicLong();
  final GuestMemory memory = GuestMemory.allocate(16 << 20);
  public final VirtioVsock vsock;
  public final VirtioMmioDevice device;
  final ModelDriver driver;

  // What the next packets say.
  long sourceCid = Vsock.GUEST_CID;
  long targetCid = Vsock.HOST_CID;
  int type = PacketHeader.STREAM;
  public int allocated = 1 << 20;
  public int forwarded;

  // Buffers are used in turn: those posted come back in their order.
  private int nextBuffer;

  GuestSockets(RateLimit limit) {
    vsock = new VirtioVsock(Set.of(PORT), limit, memory, clock::get);
    device = new VirtioMmioDevice(vsock, memory);
    driver = new ModelDriver(device, memory);
  }

  public static GuestSockets started() {
    GuestSockets guest = new GuestSockets(RateLimit.NONE);
    guest.start();
    return guest;
  }

  void start() {
    driver.start(VirtioVsock.STREAM, 256);
    post(64);
  }

  /** Posts buffers for packets, of a header and 4 KiB each, as Linux does. */
  void post(int count) {
    for (int i = 0; i < count; i++) {
      postOne(PacketHeader.BYTES, 4096);
    }
  }

  /** Posts one buffer, cut as told. */
  void postOne(int... lengths) {
    List<Buffer> buffers = new ArrayList<>();
    long at = RX + (long) (nextBuffer++ % 256) * RX_BYTES;
    for (int length : lengths) {
      buffers.add(new Buffer(at, length, true));
      at += length;
    }
    driver.queue(0).post(buffers.toArray(Buffer[]::new));
    driver.kick(0);
  }

  /** Sends a packet and lets the device work. */
  public void send(int operation, int guestPort, int flags, byte... data) {
    sendTo(PORT, operation, guestPort, flags, data);
  }

  public void sendTo(int hostPort, int operation, int guestPort, int flags, byte... data) {
    offer(packet(hostPort, operation, guestPort, flags, data), PacketHeader.BYTES);
    driver.runDevice();
  }

  /** A packet's bytes. */
  byte[] packet(int hostPort, int operation, int guestPort, int flags, byte... data) {
    PacketHeader header = new PacketHeader();
    header.address(sourceCid, guestPort, targetCid, hostPort, type);
    header.operation(operation, flags, data.length);
    header.credit(allocated, forwarded);
    byte[] all = Arrays.copyOf(header.bytes(), PacketHeader.BYTES + data.length);
    System.arraycopy(data, 0, all, PacketHeader.BYTES, data.length);
    return all;
  }

  /** Offers these bytes as a packet, in buffers of these lengths and one of the rest. */
  void offer(byte[] packet, int... lengths) {
    while (driver.queue(1).take().isPresent()) {}
    List<Buffer> buffers = new ArrayList<>();
    long at = TX + (long) (nextBuffer++ % 256) * TX_BYTES;
    memory.write(at, packet);
    int left = packet.length;
    for (int length : lengths) {
      int part = Math.min(length, left);
      buffers.add(new Buffer(at, part, false));
      at += part;
      left -= part;
    }
    if (left > 0) {
      buffers.add(new Buffer(at, left, false));
    }
    driver.queue(1).post(buffers.toArray(Buffer[]::new));
    driver.kick(1);
  }

  /** The host's next packet, if there is one; its buffer is posted anew. */
  public Optional<Received> poll() {
    Optional<Used> used = driver.queue(0).take();
    if (used.isEmpty()) {
      return Optional.empty();
    }
    long at = memory.readU64(driver.queue(0).table() + 16L * used.get().head());
    PacketHeader header = new PacketHeader();
    memory.read(at, header.bytes(), 0, PacketHeader.BYTES);
    byte[] data = new byte[(int) header.length()];
    memory.read(at + PacketHeader.BYTES, data, 0, data.length);
    if (used.get().length() != PacketHeader.BYTES + data.length
        || header.targetCid() != Vsock.GUEST_CID) {
      throw new AssertionError("No packet for the guest: " + used + Arrays.toString(data));
    }
    postOne(PacketHeader.BYTES, 4096);
    return Optional.of(
        new Received(
            header.operation(),
            header.sourcePort(),
            header.targetPort(),
            header.flags(),
            header.allocated(),
            header.forwarded(),
            header.sourceCid(),
            header.type(),
            data));
  }

  /** The host's next packet after the device has worked. */
  public Received next() {
    driver.runDevice();
    return poll().orElseThrow(() -> new AssertionError("The host has sent nothing."));
  }

  /** Lets the device work; the host's next packet, if there is one. */
  public Optional<Received> work() {
    driver.runDevice();
    return poll();
  }

  /** How many connections the device has. */
  public int connections() {
    return vsock.table().size();
  }

  /** Whether the host has nothing to send. */
  public boolean silent() {
    driver.runDevice();
    return poll().isEmpty();
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }
}
