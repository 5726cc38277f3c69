package dev.cloude.vmm.virtio.rng;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.HostileDriver;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Fuzz target: the entropy device's queue, with rings that hold anything. */
public final class RngRequestsFuzz extends HostileDriver {
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);

  private final FuzzEntropy source;

  private RngRequestsFuzz(VirtioRng rng, FuzzEntropy source, AtomicLong clock) {
    super(rng, WATCH, clock);
    this.source = source;
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzInput input = new FuzzInput(bytes);
    AtomicLong clock = new AtomicLong();
    FuzzEntropy source = new FuzzEntropy(MEMORY);
    RateLimit limit =
        input.flag() ? VirtioRng.DEFAULT_LIMIT : new RateLimit(1000, 10, Duration.ofSeconds(1));
    new RngRequestsFuzz(new VirtioRng(source, limit, clock::get), source, clock).run(input);
  }

  @Override
  protected long features() {
    return VirtioFeature.EVENT_IDX;
  }

  @Override
  protected boolean writesTo(int index) {
    return true;
  }

  @Override
  protected void happen(FuzzInput input) {
    source.atMost = input.flag() ? Long.MAX_VALUE : input.u8() - 16;
  }

  @Override
  protected void goodRequest() {
    source.atMost = Long.MAX_VALUE;
    driver.queue(0).wantInterruptAfter(1);
    int head = driver.queue(0).post(new Buffer(0x8000, 5, true), new Buffer(0x9000, 60, true));
    driver.kick(0);
    runDevice();
    Optional<Used> used = driver.queue(0).take();
    Invariant.holds(used.equals(Optional.of(new Used(head, 65))), "a request is served", used);
    Invariant.holds(device.interrupt().drain() > 0, "the driver is told", device.failure());
  }
}
