package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Fuzz target: the socket device's queues, with rings and packets that hold anything. */
public final class VsockRequestsFuzz extends HostileDriver {
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);
  private static final int PACKETS = 0x8000;
  private static final int PACKET_BYTES = 0x200;
  private static final int BUFFERS = 0xa000;
  private static final int BUFFER_BYTES = 0x100;
  private static final int PORT = 3;
  private static final byte[] DATA = new byte[300];

  private final VirtioVsock vsock;
  private final ConnectionTable table;
  // The connection that the host's program has in hand; null for none.
  private Connection held;

  private VsockRequestsFuzz(VirtioVsock vsock, AtomicLong clock) {
    super(vsock, WATCH, clock);
    this.vsock = vsock;
    this.table = vsock.table();
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzInput input = new FuzzInput(bytes);
    AtomicLong clock = new AtomicLong();
    RateLimit limit =
        input.flag() ? RateLimit.NONE : new RateLimit(1000, 20, Duration.ofSeconds(1));
    new VsockRequestsFuzz(new VirtioVsock(Set.of(PORT), limit, MEMORY, clock::get), clock)
        .run(input);
  }

  @Override
  protected long features() {
    return VirtioVsock.STREAM | VirtioFeature.EVENT_IDX;
  }

  @Override
  protected boolean writesTo(int index) {
    return index == VirtioVsock.RECEIVE;
  }

  // The guest sends a packet or makes room for some; or the host's program does something.
  @Override
  protected void happen(FuzzInput input) {
    int kind = input.u8();
    if (kind < 0x80) {
      sendPacket(kind, input);
    } else if (kind < 0xa0) {
      int size = driver.queue(VirtioVsock.RECEIVE).size();
      int slot = kind % Math.min(size, 32);
      post(slot, kind < 0x98 ? BUFFER_BYTES : PacketHeader.BYTES + input.u8() % 8);
    } else {
      try {
        actOnHost(kind, input.u8());
      } catch (IOException e) {
        held = null;
      }
    }
    Invariant.holds(
        table.size() <= ConnectionTable.MAX_CONNECTIONS, "connections are bounded", table.size());
    Invariant.holds(
        held == null || held.available() <= Connection.RECEIVE_BYTES,
        "what the guest is ahead is bounded",
        held);
  }

  // Ports from a few, so that packets meet; the rest as a driver would have it, mostly.
  private void sendPacket(int kind, FuzzInput input) {
    int slot = kind % Math.min(driver.queue(VirtioVsock.TRANSMIT).size(), 16);
    int operation = input.u8() % 10;
    int ports = input.u8();
    int length = input.u8();
    int hostPort = (ports & 0x0c) == 0 ? (1 << 30) + (ports & 3) : PORT + (ports >> 2 & 1);
    PacketHeader header = new PacketHeader();
    header.address(
        kind < 4 ? input.u8() : Vsock.GUEST_CID,
        ports >> 4,
        kind > 0x7b ? input.u8() : Vsock.HOST_CID,
        hostPort,
        kind == 0x7b ? 2 : PacketHeader.STREAM);
    header.operation(operation, ports & 3, kind == 0x7a ? input.u16() : length);
    header.credit(length % 5 == 0 ? (int) input.u32() : 1000, kind % 8 == 7 ? input.u16() : 0);
    long at = PACKETS + (long) slot * PACKET_BYTES;
    memory.write(at, header.bytes());
    driver
        .queue(VirtioVsock.TRANSMIT)
        .describe(slot, new Buffer(at, PacketHeader.BYTES + length, false), 0, 0);
    driver.queue(VirtioVsock.TRANSMIT).offer(slot);
  }

  private void post(int slot, int length) {
    driver
        .queue(VirtioVsock.RECEIVE)
        .describe(slot, new Buffer(BUFFERS + slot * BUFFER_BYTES, length, true), 2, 0);
    driver.queue(VirtioVsock.RECEIVE).offer(slot);
  }

  // Never what would have to wait: there is only this thread.
  private void actOnHost(int kind, int amount) throws IOException {
    if (kind < 0xb0) {
      if (held != null) {
        held.close();
      }
      held = kind < 0xa8 ? table.poll(PORT) : table.request(amount % 16);
    } else if (held == null) {
      held = table.poll(PORT);
    } else if (kind < 0xd0) {
      held.write(DATA, 0, Math.min(held.room(), amount));
    } else if (kind < 0xf0) {
      read(amount * 64);
    } else if (kind < 0xf8) {
      held.shutdownOutput();
    } else {
      held.close();
      held = null;
    }
  }

  private void read(int most) throws IOException {
    byte[] some = new byte[300];
    for (int left = Math.min(most, held.available()); left > 0; ) {
      left -= held.read(some, 0, Math.min(some.length, left), TimedWait.FOREVER);
    }
  }

  @Override
  protected void goodRequest() {
    // What the host asked for while there was no driver would come first.
    table.endAll("The script is over.");
    while (table.poll(PORT) != null) {}
    byte[] hello = {1, 2, 3};
    for (int slot = 0; slot < 4; slot++) {
      post(slot, BUFFER_BYTES);
    }
    driver.queue(VirtioVsock.RECEIVE).wantInterruptAfter(1);
    good(0, Operation.REQUEST);
    good(1, Operation.RW, hello);
    runDevice();
    Connection connection = table.poll(PORT);
    Invariant.holds(connection != null, "the guest can connect", device.failure());
    byte[] got = new byte[3];
    try {
      Invariant.holds(connection.available() == 3, "data comes", connection.available());
      connection.read(got, 0, 3, TimedWait.FOREVER);
      connection.write(hello, 0, 3);
    } catch (IOException e) {
      throw new AssertionError("A good connection works.", e);
    }
    Invariant.holds(Arrays.equals(got, hello), "it is what was sent", got[0]);
    runDevice();
    checkPacket(0, Operation.RESPONSE);
    checkPacket(1, Operation.RW);
    long data = BUFFERS + BUFFER_BYTES + PacketHeader.BYTES;
    Invariant.holds(memory.readU8(data + 2) == 3, "the guest gets data", memory.readU8(data + 2));
    Invariant.holds(device.interrupt().drain() > 0, "the driver is told", device.failure());
    Invariant.holds(vsock.counters().accepted() > 0, "it is counted", vsock.counters().accepted());
  }

  private void good(int slot, int operation, byte... data) {
    PacketHeader header = new PacketHeader();
    header.address(Vsock.GUEST_CID, 9, Vsock.HOST_CID, PORT, PacketHeader.STREAM);
    header.operation(operation, 0, data.length);
    header.credit(1000, 0);
    long at = PACKETS + (long) slot * PACKET_BYTES;
    memory.write(at, header.bytes());
    memory.write(at + PacketHeader.BYTES, data);
    driver
        .queue(VirtioVsock.TRANSMIT)
        .describe(slot, new Buffer(at, PacketHeader.BYTES + data.length, false), 0, 0);
    driver.queue(VirtioVsock.TRANSMIT).offer(slot);
  }

  private void checkPacket(int slot, int operation) {
    int found = memory.readU16(BUFFERS + slot * BUFFER_BYTES + 30);
    Invariant.holds(found == operation, "packets come in order", found);
  }
}
