package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Fuzz target: the network device's transmit queue, with rings that hold anything. */
public final class NetTransmitFuzz extends HostileDriver {
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);
  private static final int HOST_DOWN = 100;

  private final FuzzChannel channel;
  private final VirtioNet net;

  private NetTransmitFuzz(VirtioNet net, FuzzChannel channel, AtomicLong clock) {
    super(net, WATCH, clock);
    this.net = net;
    this.channel = channel;
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzInput input = new FuzzInput(bytes);
    AtomicLong clock = new AtomicLong();
    FuzzChannel channel = new FuzzChannel(MEMORY);
    RateLimit limit =
        input.flag() ? RateLimit.NONE : new RateLimit(10_000, 100, Duration.ofSeconds(1));
    NetConfig config = new NetConfig(new byte[] {2, 0, 0, 0, 0, 1}, 1500, RateLimit.NONE, limit);
    new NetTransmitFuzz(new VirtioNet(config, channel, MEMORY, clock::get), channel, clock)
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

  @Override
  protected void happen(FuzzInput input) {
    channel.writeError = input.flag() ? HOST_DOWN : 0;
  }

  @Override
  protected void goodRequest() {
    channel.writeError = 0;
    long before = channel.written;
    driver.queue(1).wantInterruptAfter(1);
    driver.queue(1).post(new Buffer(0x8000, 12, false), new Buffer(0x9000, 60, false));
    driver.kick(1);
    runDevice();
    Invariant.holds(channel.written == before + 1, "a good frame is sent", device.failure());
    Invariant.holds(driver.queue(1).take().isPresent(), "its chain comes back", device.failure());
    Invariant.holds(device.interrupt().drain() > 0, "the driver is told", device.failure());
    Invariant.holds(net.counters().sentFrames() == channel.written, "frames are counted", before);
  }
}
