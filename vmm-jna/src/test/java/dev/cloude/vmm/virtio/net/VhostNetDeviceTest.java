package dev.cloude.vmm.virtio.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.HostRing;
import dev.cloude.vmm.virtio.ModelDriver;
import dev.cloude.vmm.virtio.VirtioFeature;
import dev.cloude.vmm.virtio.VirtioMmioDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VhostNetDeviceTest {
  private static final long ALL = NetFeature.OFFERED | VirtioFeature.EVENT_IDX;
  private static final int SIZE = 64;
  private static final int NEEDS_RESET = 0x40;
  // Offsets of the transport (virtio 1.2, section 4.2.2).
  private static final int QUEUE_SELECT = 0x30;
  private static final int QUEUE_SIZE = 0x38;
  private static final int INTERRUPT_STATUS = 0x60;
  private static final int INTERRUPT_ACK = 0x64;
  private static final int STATUS = 0x70;
  private static final int QUEUE_TABLE_LOW = 0x80;

  private final GuestMemory memory = GuestMemory.allocate(1 << 20);
  private final FuzzChannel channel = new FuzzChannel(memory);
  private final FakeVhost kernel = new FakeVhost(memory);
  private final VirtioMmioDevice device = device(kernel);
  private final ModelDriver driver = new ModelDriver(device, memory);

  private VirtioMmioDevice device(VhostPort port) {
    NetConfig config = new NetConfig(new byte[] {2, 0, 0, 0, 0, 1});
    return new VirtioMmioDevice(new VhostNetDevice(config, channel, port), memory);
  }

  @AfterEach
  void close() {
    device.close();
    assertThat(kernel.running).isEmpty();
    memory.close();
  }

  @Test
  void theKernelGetsTheRingsWhenTheDriverIsReadyAndNotBefore() {
    driver.negotiate(ALL);
    driver.setUpQueues(SIZE, true);
    assertThat(kernel.running).isEmpty();
    driver.write(STATUS, 15);
    for (int ring = 0; ring < 2; ring++) {
      long ram = memory.regions().get(0).hostAddress();
      assertThat(kernel.running.get(ring))
          .isEqualTo(
              new HostRing(
                  SIZE,
                  ram + driver.queue(ring).table(),
                  ram + driver.queue(ring).available(),
                  ram + driver.queue(ring).used()));
      assertThat(kernel.started.get(ring)).isZero();
      assertThat(kernel.kicks.get(ring)).isSameAs(device.kick(ring));
      assertThat(kernel.calls.get(ring)).isSameAs(device.interrupt());
    }
    assertThat(kernel.features)
        .isEqualTo(NetFeature.MRG_RXBUF | VirtioFeature.EVENT_IDX | VirtioFeature.VERSION_1);
  }

  @Test
  void onlyWhatTheDriverAcknowledgedIsAgreedWithTheKernel() {
    driver.start(NetFeature.CSUM, SIZE);
    assertThat(kernel.features).isEqualTo(VirtioFeature.VERSION_1);
  }

  @Test
  void whatTheDriverWritesAfterwardsMovesNoRing() {
    driver.start(ALL, SIZE);
    HostRing before = kernel.running.get(0);
    driver.write(QUEUE_SELECT, 0);
    driver.write(QUEUE_SIZE, 8);
    driver.write(QUEUE_TABLE_LOW, 0x100);
    driver.write(STATUS, 15);
    assertThat(kernel.running.get(0)).isEqualTo(before);
    assertThat(device.malformed()).isEqualTo(2);
  }

  @Test
  void aRingOutsideOfRamNeverReachesTheKernel() {
    driver.negotiate(ALL);
    driver.write(QUEUE_SELECT, 0);
    driver.write(QUEUE_SIZE, 256);
    driver.write(QUEUE_TABLE_LOW, (1 << 20) - 16);
    driver.write(0x44, 1);
    driver.write(STATUS, 15);
    assertThat(driver.status() & NEEDS_RESET).isNotZero();
    assertThat(kernel.started).isEmpty();
  }

  @Test
  void aDriverThatSetsUpOneQueueGetsOne() {
    driver.negotiate(0);
    driver.write(QUEUE_SELECT, 1);
    driver.write(QUEUE_SIZE, 16);
    driver.write(QUEUE_TABLE_LOW, 0x1000);
    driver.write(0x90, 0x2000);
    driver.write(0xa0, 0x3000);
    driver.write(0x44, 1);
    driver.write(STATUS, 15);
    assertThat(kernel.running).containsOnlyKeys(1);
  }

  @Test
  void everyResetTakesTheRingsBackAndANewStartBeginsAnew() {
    for (int i = 0; i < 3; i++) {
      driver.start(ALL, SIZE);
      assertThat(kernel.running).containsOnlyKeys(0, 1);
      kernel.reached = 77;
      driver.write(STATUS, 0);
      assertThat(kernel.running).isEmpty();
      assertThat(kernel.started).containsValues(0, 0);
    }
    driver.start(ALL, SIZE);
    driver.write(STATUS, 0x80 | 15);
    assertThat(kernel.running).as("the driver has given up").isEmpty();
  }

  @Test
  void aPauseTakesTheRingsAndTheResumeGoesOnWhereTheyWere() {
    device.freeze();
    device.thaw();
    assertThat(kernel.started).as("nothing runs before the driver").isEmpty();
    driver.start(ALL, SIZE);
    kernel.reached = 0xfffe;
    device.freeze();
    kernel.reached = 5;
    device.freeze();
    assertThat(kernel.running).isEmpty();
    device.thaw();
    device.thaw();
    assertThat(kernel.running).containsOnlyKeys(0, 1);
    assertThat(kernel.started).containsEntry(0, 0xfffe).containsEntry(1, 0xfffe);
  }

  @Test
  void aResetDuringAPauseIsNotUndoneByTheResume() {
    driver.start(ALL, SIZE);
    device.freeze();
    driver.write(STATUS, 0);
    device.thaw();
    assertThat(kernel.running).isEmpty();
    driver.start(ALL, SIZE);
    assertThat(kernel.started).containsValues(0, 0);
    device.freeze();
    driver.start(ALL, SIZE);
    assertThat(kernel.running).as("a start during a pause waits for its end").isEmpty();
    device.thaw();
    assertThat(kernel.running).containsOnlyKeys(0, 1);
  }

  @Test
  void whatTheKernelCannotUseFailsTheDeviceAndIsCounted() {
    driver.start(ALL, SIZE);
    driver.serve();
    assertThat(driver.status()).isEqualTo(15);
    device.interrupt().drain();
    kernel.fail(1);
    driver.serve();
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    assertThat(device.malformed()).isEqualTo(1);
    assertThat(device.failure()).get().asString().startsWith("The host's kernel found a ring");
    assertThat(kernel.running).isEmpty();
    assertThat(device.interrupt().drain()).as("the driver is told").isEqualTo(1);
    assertThat(driver.read(INTERRUPT_STATUS) & 2).isEqualTo(2);

    kernel.fail(0);
    driver.start(ALL, SIZE);
    driver.serve();
    assertThat(driver.status()).as("a failure of before is none of now").isEqualTo(15);
  }

  @Test
  void aTapThatIsRemovedFailsTheDeviceAndIsNotTheDriversFault() {
    driver.start(ALL, SIZE);
    channel.removed = true;
    kernel.fail(0);
    driver.serve();
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    assertThat(device.malformed()).isZero();
    assertThat(device.failure()).get().asString().contains("TUNSETOFFLOAD");
    assertThat(kernel.running).isEmpty();
    driver.start(ALL, SIZE);
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    assertThat(device.malformed()).isZero();
  }

  @Test
  void theInterruptStatusStandsAsLongAsTheDeviceRuns() {
    driver.negotiate(ALL);
    assertThat(driver.read(INTERRUPT_STATUS)).isZero();
    driver.start(ALL, SIZE);
    assertThat(driver.read(INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(INTERRUPT_ACK, 1);
    assertThat(driver.read(INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(STATUS, 0);
    assertThat(driver.read(INTERRUPT_STATUS)).isZero();
  }

  @Test
  void aKernelThatRefusesFailsTheDeviceAndNothingIsLeftRunning() {
    FakeVhost half = new FakeVhost(memory);
    VhostPort refusing =
        new VhostPort() {
          @Override
          public void connect(int ring, EventFd kick, EventFd call, EventFd failure) {
            half.connect(ring, kick, call, failure);
          }

          @Override
          public void features(long features) {
            half.features(features);
          }

          @Override
          public void start(int ring, HostRing place, int next) {
            if (ring == 1) {
              throw new ErrnoException("VHOST_SET_VRING_ADDR", Errno.EBADF);
            }
            half.start(ring, place, next);
          }

          @Override
          public int stop(int ring) {
            return half.stop(ring);
          }
        };
    try (VirtioMmioDevice other = device(refusing)) {
      ModelDriver its = new ModelDriver(other, memory);
      its.start(ALL, SIZE);
      assertThat(its.status()).isEqualTo(15 | NEEDS_RESET);
      assertThat(other.failure()).get().asString().contains("VHOST_SET_VRING_ADDR");
      assertThat(half.running).isEmpty();
    }
  }

  @Test
  void aDeviceThatCannotBeConnectedLeavesNothingBehind() {
    VhostPort none = new UnconnectedVhost();
    assertThatThrownBy(() -> device(none)).isInstanceOf(ErrnoException.class);
  }

  /** Refuses its events. */
  private static final class UnconnectedVhost implements VhostPort {
    @Override
    public void connect(int ring, EventFd kick, EventFd call, EventFd failure) {
      throw new ErrnoException("VHOST_SET_VRING_KICK", Errno.EBADF);
    }

    @Override
    public void features(long features) {}

    @Override
    public void start(int ring, HostRing place, int next) {}

    @Override
    public int stop(int ring) {
      return 0;
    }
  }
}
