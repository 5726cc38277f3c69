package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Fuzz target: the network device's receive queue, with rings that hold anything. */
public final class NetReceiveFuzz extends HostileDriver {
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);
  private static final int MAX_WAITING = 300;

  private final FuzzChannel channel;

  private NetReceiveFuzz(VirtioNet net, FuzzChannel channel, AtomicLong clock) {
    super(net, WATCH, clock);
    this.channel = channel;
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzInput input = new FuzzInput(bytes);
    AtomicLong clock = new AtomicLong();
    FuzzChannel channel = new FuzzChannel(MEMORY);
    RateLimit limit =
        input.flag() ? RateLimit.NONE : new RateLimit(10_000, 100, Duration.ofSeconds(1));
    NetConfig config = new NetConfig(new byte[] {2, 0, 0, 0, 0, 1}, 1500, limit, RateLimit.NONE);
    new NetReceiveFuzz(new VirtioNet(config, channel, MEMORY, clock::get), channel, clock)
        .run(input);
  }

  @Override
  protected long features() {
    return NetFeature.OFFERED | VirtioFeature.EVENT_IDX;
  }

  @Override
  protected boolean writesTo(int index) {
    return index == 0;
  }

  // Frames come, of any length, or an error; now and then more than are taken at once.
  @Override
  protected void happen(FuzzInput input) {
    int kind = input.u8();
    int length = input.u16() + (kind == 0xff ? 100 : 0);
    if (kind >= 0xf0 && kind < 0xff) {
      length = kind == 0xf0 ? -Errno.EIO : -Errno.ENOBUFS;
    }
    int more = kind % 8 == 0 ? kind % 160 : kind % 8;
    for (int i = 0; i <= more && channel.incoming.size() < MAX_WAITING; i++) {
      channel.incoming.add(length);
    }
  }

  @Override
  protected void goodRequest() {
    channel.incoming.clear();
    channel.incoming.add(72);
    driver.queue(0).wantInterruptAfter(1);
    int head = driver.queue(0).post(new Buffer(0x8000, 12, true), new Buffer(0x9000, 1514, true));
    driver.kick(0);
    runDevice();
    Optional<Used> used = driver.queue(0).take();
    Invariant.holds(used.equals(Optional.of(new Used(head, 72))), "a frame is received", used);
    Invariant.holds(memory.readU16(0x800a) == 1, "it says its buffers", memory.readU16(0x800a));
    Invariant.holds(device.interrupt().drain() > 0, "the driver is told", device.failure());
  }
}
