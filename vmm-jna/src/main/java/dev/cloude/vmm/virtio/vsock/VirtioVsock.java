package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.Virtqueue;
import java.util.Collection;
import java.util.function.LongSupplier;

/**
 * The socket device: queue 0 takes packets to the guest, queue 1 those from it, queue 2 events, of
 * which there are none: the guest keeps its address for life. Streams only.
 *
 * <p>A packet that does not fit its chain fails the device. Everything else that a guest can get
 * wrong costs it one connection, or the packet.
 */
public final class VirtioVsock implements VirtioDevice {
  /** VIRTIO_VSOCK_F_STREAM. */
  static final long STREAM = 1;

  static final int RECEIVE = 0;
  static final int TRANSMIT = 1;

  private final Outbox outbox = new Outbox();
  private final VsockCounters counters = new VsockCounters();
  private final LongSupplier clock;
  private final ConnectionTable table;
  private final Vsock door;
  private final PacketSender sender;
  private final PacketReceiver receiver;
  private boolean active;

  /**
   * @param ports of the host that the guest can connect to
   * @param limit on data, each way
   * @param clock nanoseconds that never run backwards
   */
  public VirtioVsock(
      Collection<Integer> ports, RateLimit limit, GuestMemory memory, LongSupplier clock) {
    this.clock = clock;
    this.table = new ConnectionTable(ports, outbox, counters, clock);
    this.door = new DeviceVsock(table);
    this.sender =
        new PacketSender(new Packet(memory), table, outbox, new RateLimiter(limit, clock));
    this.receiver =
        new PacketReceiver(
            new Packet(memory), table, outbox, new RateLimiter(limit, clock), counters);
  }

  /** Where the host's programs meet the guest's. */
  public Vsock door() {
    return door;
  }

  /** The same, without waiting; one of the two is used. */
  public PolledVsock polled() {
    return new PolledVsock(table);
  }

  public VsockCounters counters() {
    return counters;
  }

  ConnectionTable table() {
    return table;
  }

  @Override
  public int deviceId() {
    return 19;
  }

  @Override
  public int queueCount() {
    return 3;
  }

  @Override
  public long features() {
    return STREAM;
  }

  // guest_cid u64
  @Override
  public int configByte(int offset) {
    return offset == 0 ? Vsock.GUEST_CID : 0;
  }

  @Override
  public void activate(long features, Virtqueue[] queues) {
    active = true;
    sender.activate(queues[RECEIVE]);
    receiver.activate(queues[TRANSMIT]);
  }

  @Override
  public void reset() {
    sender.reset();
    receiver.reset();
    if (active) {
      // What was asked for before there was a driver still waits for one.
      active = false;
      outbox.clear();
      table.endAll("The guest's driver has given up the device, and all connections with it.");
    }
  }

  @Override
  public void queueKicked(int index) {
    if (index == TRANSMIT) {
      receiver.receive();
    }
    sender.send();
  }

  @Override
  public int pollFd() {
    return outbox.fd();
  }

  @Override
  public boolean wantsPoll() {
    return active;
  }

  @Override
  public void pollReady() {
    outbox.silence();
    sender.send();
  }

  @Override
  public long delayNanos() {
    long deadline = table.deadline();
    long untilDeadline =
        deadline == Connection.NEVER ? Long.MAX_VALUE : Math.max(0, deadline - clock.getAsLong());
    return Math.min(untilDeadline, Math.min(sender.delayNanos(), receiver.delayNanos()));
  }

  @Override
  public void resume() {
    table.giveUp(clock.getAsLong());
    if (receiver.delayNanos() <= 0) {
      receiver.receive();
    }
    sender.send();
  }

  @Override
  public void close() {
    reset();
    table.close("The VM has ended.");
    outbox.close();
  }
}
