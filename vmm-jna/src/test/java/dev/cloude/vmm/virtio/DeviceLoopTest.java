package dev.cloude.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeviceLoopTest {
  private final GuestMemory memory = GuestMemory.allocate(1 << 20);
  private final RecordingDevice backend = new RecordingDevice();
  private final VirtioMmioDevice device = new VirtioMmioDevice(backend, memory);
  private final ModelDriver driver = new ModelDriver(device, memory);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final DeviceLoop loop = new DeviceLoop("devices-of-test", failure::set);

  @AfterEach
  void close() {
    loop.stop();
    device.close();
    memory.close();
  }

  @Test
  void servesKicks() {
    start();
    post();
    await().until(() -> driver.queue(0).take().isPresent());
    assertThat(device.interrupt().drain()).isPositive();
  }

  @Test
  void watchesADescriptorOnlyWhileTheDeviceWantsThat() {
    start();
    backend.source.signal();
    post();
    await().until(() -> driver.queue(0).take().isPresent());
    assertThat(backend.calls).doesNotContain("poll");
    backend.wantsPoll = true;
    post();
    await().until(() -> backend.calls.contains("poll"));
    driver.write(MmioRegister.STATUS, 0);
    await().until(() -> device.kick(0).drain() == 0);
    backend.calls.clear();
    backend.source.signal();
    driver.start(0, 16);
    await().until(() -> backend.calls.contains("poll"));
  }

  @Test
  void callsADeviceBackWhenItsTimeHasCome() {
    start();
    backend.delayNanos = 1_000_000;
    post();
    // The loop must not wait for anything else: time is up once delayNanos says so.
    await().until(() -> driver.queue(0).take().isPresent());
    backend.delayNanos = 0;
    await().until(() -> backend.calls.contains("resume"));
  }

  @Test
  void nothingIsServedWhilePausedAndNothingIsLost() {
    start();
    loop.pause();
    for (int i = 0; i < 5; i++) {
      post();
    }
    assertThat(driver.queue(0).take()).isEmpty();
    loop.pause();
    loop.resume();
    await().until(() -> backend.chains.get() == 5);
    loop.resume();
  }

  @Test
  void stopsWhilePausedAndBeforeTheStart() {
    start();
    loop.pause();
    loop.stop();
    assertThatThrownBy(loop::start).isInstanceOf(IllegalStateException.class);
    DeviceLoop other = new DeviceLoop("never-started", failure::set);
    other.pause();
    other.stop();
    other.close();
    assertThatThrownBy(() -> other.add(device)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(other::start).isInstanceOf(IllegalStateException.class);
  }

  @RepeatedTest(20)
  void stopsFromManyThreadsAtOnceUnderLoad() throws Exception {
    start();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    List<Runnable> work =
        List.of(
            loop::stop,
            loop::stop,
            loop::pause,
            loop::resume,
            () -> device.kick(0).signal(),
            () -> driver.write(MmioRegister.STATUS, 0));
    AtomicInteger done = new AtomicInteger();
    for (Runnable each : work) {
      Thread thread =
          new Thread(
              () -> {
                await().until(() -> go.getCount() == 0);
                each.run();
                done.incrementAndGet();
              });
      thread.start();
      threads.add(thread);
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done).hasValue(work.size());
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("devices-of-test");
  }

  @Test
  void aDeviceThatFailsDoesNotTakeTheOthersAlong() {
    RecordingDevice badBackend = new RecordingDevice();
    try (VirtioMmioDevice bad = new VirtioMmioDevice(badBackend, memory)) {
      badBackend.onKick = new IllegalStateException("A bug.");
      loop.add(bad);
      start();
      new ModelDriver(bad, memory).start(0, 4);
      await().until(() -> bad.failure().isPresent());
      driver.start(0, 16);
      post();
      await().until(() -> driver.queue(0).take().isPresent());
      assertThat(failure).hasValue(null);
      loop.stop();
    }
  }

  @Test
  void tellsWhenItDiesAndCanBeStoppedFromThere() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    AtomicReference<DeviceLoop> self = new AtomicReference<>();
    DeviceLoop mortal =
        new DeviceLoop(
            "mortal",
            error -> {
              failure.set(error);
              self.get().stop();
              told.countDown();
            });
    self.set(mortal);
    mortal.add(device);
    mortal.start();
    // A descriptor that epoll cannot watch is a fault that no device can answer for.
    backend.source.close();
    backend.wantsPoll = true;
    driver.start(0, 16);
    told.await();
    mortal.stop();
    assertThat(failure.get()).hasMessageContaining("closed descriptor");
  }

  @Test
  void leavesNoDescriptorBehind() throws Exception {
    long before = descriptors();
    for (int i = 0; i < 200; i++) {
      DeviceLoop each = new DeviceLoop("one-of-many", failure::set);
      try (RecordingDevice b = new RecordingDevice();
          VirtioMmioDevice d = new VirtioMmioDevice(b, memory)) {
        each.add(d);
        each.start();
        new ModelDriver(d, memory).start(0, 16);
        each.stop();
      }
    }
    assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
    assertThat(failure).hasValue(null);
  }

  private static long descriptors() throws Exception {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private void start() {
    loop.add(device);
    loop.start();
    driver.start(0, 16);
  }

  private void post() {
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    device.kick(0).signal();
  }
}
