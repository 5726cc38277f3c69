package dev.cloude.vmm.virtio.block;

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

/** Fuzz target: the block device's queue, with rings and requests that hold anything. */
public final class BlockRequestsFuzz extends HostileDriver {
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);
  private static final int HEADERS = 0x1000;
  private static final int ROOM = 0x3000;

  private final FuzzImage image;
  private final VirtioBlock block;

  private BlockRequestsFuzz(VirtioBlock block, FuzzImage image, AtomicLong clock) {
    super(block, WATCH, clock);
    this.block = block;
    this.image = image;
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    WATCH.begin();
    FuzzInput input = new FuzzInput(bytes);
    AtomicLong clock = new AtomicLong();
    FuzzImage image = new FuzzImage(MEMORY);
    RateLimit limit =
        input.flag() ? RateLimit.NONE : new RateLimit(10_000, 10, Duration.ofSeconds(1));
    VirtioBlock block = new VirtioBlock(image, "fuzz", limit, MEMORY, clock::get);
    new BlockRequestsFuzz(block, image, clock).run(input);
  }

  @Override
  protected long features() {
    return BlockFeature.OFFERED | VirtioFeature.EVENT_IDX;
  }

  @Override
  protected boolean writesTo(int index) {
    return true;
  }

  // The host's disk fails or gives less; or a request comes that is mostly right.
  @Override
  protected void happen(FuzzInput input) {
    int kind = input.u8();
    if (kind < 0x40) {
      image.atMost = kind < 0x10 ? Long.MAX_VALUE : kind < 0x20 ? -5 : input.u16();
      return;
    }
    if (driver.queue(0).size() < 3) {
      return;
    }
    int type = kind < 0xa0 ? VirtioBlock.IN : kind < 0xf0 ? input.u8() % 12 : (int) input.u32();
    long header = HEADERS + 16L * (kind % 64);
    memory.writeU32(header, type);
    memory.writeU64(header + 8, kind % 16 == 0 ? input.u64() : input.u8() % 80);
    int cut = 1 + input.u8() % 15;
    boolean whole = input.flag();
    int first = input.u8() % (driver.queue(0).size() - 2);
    int length = (input.u8() % 32) * VirtioBlock.SECTOR_BYTES + 1 + (kind % 8 == 7 ? cut : 0);
    describe(first, new Buffer(header, whole ? 16 : cut, false), 1, first + 1);
    describe(first + 1, new Buffer(header + cut, whole ? 0 : 16 - cut, false), 1, first + 2);
    describe(first + 2, new Buffer(0x8000 + input.u16() % ROOM, length, true), 2, 0);
    driver.queue(0).offer(first);
  }

  private void describe(int index, Buffer buffer, int flags, int next) {
    driver.queue(0).describe(index, buffer, flags, next);
  }

  @Override
  protected void goodRequest() {
    image.atMost = 700;
    long before = block.bytes();
    memory.writeU32(0x8000, VirtioBlock.IN);
    memory.writeU64(0x8008, 62);
    memory.writeU8(0x9400, 0xff);
    driver.queue(0).wantInterruptAfter(1);
    int head =
        driver
            .queue(0)
            .post(
                new Buffer(0x8000, 16, false),
                new Buffer(0x9000, 1000, true),
                new Buffer(0x93e8, 25, true));
    driver.kick(0);
    runDevice();
    Optional<Used> used = driver.queue(0).take();
    Invariant.holds(used.equals(Optional.of(new Used(head, 1025))), "a request is served", used);
    Invariant.holds(memory.readU8(0x9400) == 0, "it is told so", memory.readU8(0x9400));
    Invariant.holds(block.bytes() == before + 1024, "bytes are counted", block.bytes());
    Invariant.holds(device.interrupt().drain() > 0, "the driver is told", device.failure());
  }
}
