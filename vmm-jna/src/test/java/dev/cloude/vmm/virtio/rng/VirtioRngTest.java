package dev.cloude.vmm.virtio.rng;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtioRngTest {
  private static final long AREA = 0x10_0000;

  private final AtomicLong clock = new AtomicLong();
  private final GuestMemory memory = GuestMemory.allocate(4 << 20);
  private VirtioMmioDevice device;
  private ModelDriver driver;

  @AfterEach
  void close() {
    device.close();
    memory.close();
  }

  @Test
  void fillsWhatWasAskedForAndNoMore() {
    start(VirtioRng.DEFAULT_LIMIT, EntropySource.KERNEL);
    int head = ask(100, 28);
    driver.runDevice();
    assertThat(driver.queue(0).take()).contains(new Used(head, 128));
    byte[] bytes = new byte[256];
    memory.read(AREA, bytes, 0, 256);
    assertThat(zeros(bytes, 0, 128)).isLessThan(16);
    assertThat(zeros(bytes, 128, 256)).isEqualTo(128);
    assertThat(device.interrupt().drain()).isEqualTo(1);
  }

  @Test
  void givesAtMostItsCap() {
    start(RateLimit.NONE, EntropySource.KERNEL);
    int head = ask(1 << 20);
    driver.runDevice();
    assertThat(driver.queue(0).take()).contains(new Used(head, VirtioRng.MAX_REQUEST_BYTES));
  }

  @Test
  void waitsWhenItsLimitIsReached() {
    start(new RateLimit(1000, 0, Duration.ofSeconds(1)), EntropySource.KERNEL);
    ask(3000);
    ask(10);
    driver.runDevice();
    assertThat(driver.queue(0).take()).isPresent();
    assertThat(driver.queue(0).take()).isEmpty();
    clock.addAndGet(Duration.ofMillis(2000).toNanos());
    driver.runDevice();
    assertThat(driver.queue(0).take()).isEmpty();
    clock.addAndGet(Duration.ofMillis(1).toNanos());
    driver.runDevice();
    assertThat(driver.queue(0).take()).isPresent();
  }

  @Test
  void sourceThatHasNothingGivesNothing() {
    start(RateLimit.NONE, (address, length) -> -11);
    int head = ask(16);
    driver.runDevice();
    assertThat(driver.queue(0).take()).contains(new Used(head, 0));
  }

  @Test
  void sourceThatGivesLessEndsTheRequest() {
    start(
        RateLimit.NONE,
        (address, length) -> {
          LibC.view(address, length).put(0, (byte) 7);
          return 1;
        });
    int head = ask(16, 16);
    driver.runDevice();
    assertThat(driver.queue(0).take()).contains(new Used(head, 1));
    assertThat(memory.readU8(AREA)).isEqualTo(7);
  }

  @Test
  void requestWithBuffersToReadFailsTheDevice() {
    start(RateLimit.NONE, EntropySource.KERNEL);
    driver.queue(0).post(new Buffer(AREA, 8, false), new Buffer(AREA, 8, true));
    driver.kick(0);
    driver.runDevice();
    assertThat(driver.status()).isEqualTo(0x4f);
  }

  private void start(RateLimit limit, EntropySource source) {
    device = new VirtioMmioDevice(new VirtioRng(source, limit, clock::get), memory);
    driver = new ModelDriver(device, memory);
    assertThat(driver.read(0x008)).isEqualTo(4);
    driver.start(0, 8);
  }

  private int ask(int... lengths) {
    Buffer[] buffers = new Buffer[lengths.length];
    long at = AREA;
    for (int i = 0; i < lengths.length; i++) {
      buffers[i] = new Buffer(at, lengths[i], true);
      at += lengths[i];
    }
    int head = driver.queue(0).post(buffers);
    driver.kick(0);
    return head;
  }

  private static int zeros(byte[] bytes, int from, int to) {
    int zeros = 0;
    for (int i = from; i < to; i++) {
      zeros += bytes[i] == 0 ? 1 : 0;
    }
    return zeros;
  }
}
