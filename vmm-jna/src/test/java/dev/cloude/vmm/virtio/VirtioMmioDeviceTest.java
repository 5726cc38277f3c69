package dev.cloude.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtioMmioDeviceTest {
  private static final int NEEDS_RESET = 0x40;
  private static final int FAILED = 0x80;

  private final GuestMemory memory = GuestMemory.allocate(1 << 20);
  private final RecordingDevice backend = new RecordingDevice();
  private final VirtioMmioDevice device = new VirtioMmioDevice(backend, memory);
  private final ModelDriver driver = new ModelDriver(device, memory);

  @AfterEach
  void close() {
    device.close();
    memory.close();
  }

  @Test
  void saysWhatItIs() {
    assertThat(driver.read(MmioRegister.MAGIC)).isEqualTo(0x74726976);
    assertThat(driver.read(MmioRegister.VERSION)).isEqualTo(2);
    assertThat(driver.read(MmioRegister.DEVICE_ID)).isEqualTo(42);
    assertThat(driver.read(MmioRegister.CONFIG_GENERATION)).isZero();
    assertThat(driver.read(MmioRegister.SHARED_MEMORY_LENGTH_LOW)).isEqualTo(0xffff_ffffL);
    assertThat(device.malformed()).isZero();
  }

  @Test
  void offersItsFeaturesInTwoHalves() {
    assertThat(driver.read(MmioRegister.DEVICE_FEATURES))
        .isEqualTo(RecordingDevice.FEATURE | VirtioFeature.EVENT_IDX);
    driver.write(MmioRegister.DEVICE_FEATURES_SELECT, 1);
    assertThat(driver.read(MmioRegister.DEVICE_FEATURES)).isEqualTo(1 | 1 << 8);
    driver.write(MmioRegister.DEVICE_FEATURES_SELECT, 2);
    assertThat(driver.read(MmioRegister.DEVICE_FEATURES)).isZero();
    driver.write(MmioRegister.DEVICE_FEATURES_SELECT, 0xffff_ffffL);
    assertThat(driver.read(MmioRegister.DEVICE_FEATURES)).isZero();
  }

  @Test
  void activatesWithWhatTheDriverTook() {
    driver.start(RecordingDevice.HIGH_FEATURE, 16);
    assertThat(driver.status()).isEqualTo(15);
    assertThat(backend.calls).last().isEqualTo("activate 10100000000");
    assertThat(device.failure()).isEmpty();
    assertThat(device.malformed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 8, 11, 15, 0x43, 0xffff_ffff})
  void takesNoStepButTheNext(int status) {
    driver.write(MmioRegister.STATUS, status);
    assertThat(driver.status() & 15).isZero();
    assertThat(device.malformed()).isPositive();
  }

  @Test
  void takesNoStepBackAndNoneTwiceOver() {
    driver.negotiate(0);
    driver.write(MmioRegister.STATUS, 3);
    assertThat(driver.status()).isEqualTo(11);
    driver.write(MmioRegister.STATUS, 11);
    assertThat(driver.status()).isEqualTo(11);
    assertThat(device.malformed()).isEqualTo(1);
  }

  @Test
  void featuresThatWereNotOfferedAreNotOk() {
    driver.negotiate(1L << 5);
    assertThat(driver.status()).isEqualTo(3);
  }

  @Test
  void aDriverOfTheOldStandardIsRefused() {
    driver.write(MmioRegister.STATUS, 1);
    driver.write(MmioRegister.STATUS, 3);
    driver.write(MmioRegister.DRIVER_FEATURES, RecordingDevice.FEATURE);
    driver.write(MmioRegister.STATUS, 11);
    assertThat(driver.status()).isEqualTo(3);
  }

  @Test
  void featuresCountOnlyBetweenDriverAndFeaturesOk() {
    driver.write(MmioRegister.DRIVER_FEATURES, 1L << 5);
    driver.negotiate(0);
    driver.write(MmioRegister.DRIVER_FEATURES, RecordingDevice.FEATURE);
    driver.setUpQueues(8, false);
    driver.write(MmioRegister.STATUS, 15);
    assertThat(backend.calls).last().isEqualTo("activate 100000000");
    assertThat(device.malformed()).isEqualTo(2);
  }

  @Test
  void queuesAreSetUpOnlyBetweenFeaturesOkAndDriverOk() {
    driver.write(MmioRegister.QUEUE_SIZE, 8);
    assertThat(device.malformed()).isEqualTo(1);
    driver.start(0, 8);
    // CVE-2026-5747: a size changed after activation must not reach the queue in use.
    driver.write(MmioRegister.QUEUE_SELECT, 0);
    driver.write(MmioRegister.QUEUE_SIZE, 256);
    driver.write(MmioRegister.QUEUE_TABLE_LOW, 0xfffff0);
    driver.write(MmioRegister.QUEUE_READY, 0);
    assertThat(device.malformed()).isEqualTo(4);
    assertThat(driver.read(MmioRegister.QUEUE_READY)).isEqualTo(1);
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    driver.kick(0);
    driver.runDevice();
    assertThat(driver.queue(0).take()).isPresent();
    assertThat(driver.status()).isEqualTo(15);
  }

  @Test
  void aReadyQueueKeepsItsValues() {
    driver.negotiate(0);
    driver.setUpQueues(8, false);
    driver.write(MmioRegister.QUEUE_SIZE, 16);
    assertThat(device.malformed()).isEqualTo(1);
    driver.write(MmioRegister.QUEUE_READY, 2);
    assertThat(driver.read(MmioRegister.QUEUE_READY)).isEqualTo(1);
    driver.write(MmioRegister.QUEUE_READY, 0);
    assertThat(driver.read(MmioRegister.QUEUE_READY)).isZero();
  }

  @Test
  void aQueueThatIsNotThereHasNoSize() {
    assertThat(driver.read(MmioRegister.QUEUE_SIZE_MAX)).isEqualTo(256);
    driver.write(MmioRegister.QUEUE_SELECT, 2);
    assertThat(driver.read(MmioRegister.QUEUE_SIZE_MAX)).isZero();
    driver.write(MmioRegister.QUEUE_SELECT, 0xffff_ffffL);
    assertThat(driver.read(MmioRegister.QUEUE_SIZE_MAX)).isZero();
    assertThat(driver.read(MmioRegister.QUEUE_READY)).isZero();
  }

  @Test
  void aRingOutsideRamFailsTheDevice() {
    driver.negotiate(0);
    driver.write(MmioRegister.QUEUE_SIZE, 8);
    driver.write(MmioRegister.QUEUE_USED_HIGH, 1);
    driver.write(MmioRegister.QUEUE_READY, 1);
    assertThat(driver.status()).isEqualTo(11 | NEEDS_RESET);
    driver.write(MmioRegister.STATUS, 15);
    assertThat(driver.status()).isEqualTo(11 | NEEDS_RESET);
    assertThat(device.failure()).hasValueSatisfying(f -> assertThat(f).contains("used ring"));
    // Before DRIVER_OK no interrupt is allowed.
    assertThat(device.interrupt().drain()).isZero();
    driver.start(0, 8);
    assertThat(driver.status()).isEqualTo(15);
  }

  @Test
  void aBrokenRuleFailsTheDeviceUntilItsReset() {
    driver.start(0, 8);
    driver.runDevice();
    driver.queue(1).offer(99);
    driver.kick(1);
    driver.runDevice();
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    assertThat(driver.read(MmioRegister.INTERRUPT_STATUS)).isEqualTo(2);
    assertThat(device.interrupt().drain()).isEqualTo(1);
    assertThat(device.malformed()).isEqualTo(1);
    assertThat(device.failure()).hasValueSatisfying(f -> assertThat(f).contains("99"));
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    device.kick(0).signal();
    driver.runDevice();
    assertThat(driver.queue(0).take()).as("a device at rest").isEmpty();
    driver.start(0, 8);
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    driver.kick(0);
    driver.runDevice();
    assertThat(driver.queue(0).take()).isPresent();
    assertThat(device.failure()).isEmpty();
  }

  @Test
  void aFaultOfTheHostFailsOnlyTheDevice() {
    backend.onActivate = new IllegalStateException("The host has no such offload.");
    driver.start(0, 8);
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    backend.onActivate = null;
    driver.start(0, 8);
    backend.onKick = new ArithmeticException();
    driver.runDevice();
    assertThat(driver.status()).isEqualTo(15 | NEEDS_RESET);
    assertThat(device.failure()).contains("java.lang.ArithmeticException");
  }

  @Test
  void aDriverThatGivesUpIsLeftAlone() {
    driver.start(0, 8);
    driver.write(MmioRegister.STATUS, 15 | FAILED);
    assertThat(driver.status()).isEqualTo(15 | FAILED);
    assertThat(backend.calls).last().isEqualTo("reset");
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    device.kick(0).signal();
    driver.runDevice();
    assertThat(driver.queue(0).take()).isEmpty();
    driver.start(0, 8);
    assertThat(driver.status()).isEqualTo(15);
  }

  @Test
  void aResetAtAnyMomentLeavesNothing() {
    driver.start(RecordingDevice.FEATURE, 8);
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    driver.kick(0);
    driver.write(MmioRegister.STATUS, 0);
    driver.runDevice();
    assertThat(backend.chains).hasValue(0);
    assertThat(driver.status()).isZero();
    assertThat(driver.read(MmioRegister.INTERRUPT_STATUS)).isZero();
    assertThat(driver.read(MmioRegister.QUEUE_READY)).isZero();
    driver.write(MmioRegister.QUEUE_READY, 0);
    assertThat(device.malformed()).as("Linux takes leave of its queues").isZero();
  }

  @Test
  void interruptsAreAcknowledgedBitByBit() {
    driver.start(0, 8);
    driver.queue(0).post(new Buffer(0x8000, 1, true));
    driver.kick(0);
    driver.runDevice();
    assertThat(device.interrupt().drain()).isEqualTo(1);
    assertThat(driver.read(MmioRegister.INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(MmioRegister.INTERRUPT_ACK, 2);
    assertThat(driver.read(MmioRegister.INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(MmioRegister.INTERRUPT_ACK, 0xffff_ffffL);
    assertThat(driver.read(MmioRegister.INTERRUPT_STATUS)).isZero();
  }

  @Test
  void notifyWithoutIoeventfdKicks() {
    driver.write(VirtioMmioDevice.NOTIFY_OFFSET, 0);
    assertThat(device.malformed()).as("not active").isEqualTo(1);
    driver.start(0, 8);
    driver.runDevice();
    driver.write(VirtioMmioDevice.NOTIFY_OFFSET, 1);
    assertThat(device.kick(1).drain()).isEqualTo(1);
    driver.write(VirtioMmioDevice.NOTIFY_OFFSET, 2);
    assertThat(device.malformed()).isEqualTo(2);
  }

  @Test
  void aQueueThatWasNotSetUpIsLeftOut() {
    driver.negotiate(0);
    driver.write(MmioRegister.STATUS, 15);
    driver.runDevice();
    assertThat(driver.status()).isEqualTo(15);
  }

  @Test
  void configurationIsReadInAnyWidthAndNeverWritten() {
    assertThat(device.read(0x100, 1)).isEqualTo(0xa0);
    assertThat(device.read(0x101, 2)).isEqualTo(0xa2a1);
    assertThat(device.read(0x100, 4)).isEqualTo(0xa3a2a1a0L);
    assertThat(device.read(0x102, 8)).isEqualTo(0xa3a2);
    assertThat(device.read(0xff8, 8)).isZero();
    device.write(0x100, 4, 0);
    assertThat(device.read(0x100, 4)).isEqualTo(0xa3a2a1a0L);
    assertThat(device.malformed()).isEqualTo(1);
  }

  @Test
  void registersTakeOnlyAlignedWords() {
    device.write(MmioRegister.STATUS, 1, 1);
    device.write(MmioRegister.STATUS, 8, 1);
    device.write(MmioRegister.STATUS + 2, 2, 1);
    assertThat(driver.status()).isZero();
    assertThat(device.read(MmioRegister.MAGIC, 1)).isZero();
    assertThat(device.read(MmioRegister.MAGIC + 1, 4)).isZero();
    assertThat(device.read(0xf8, 4)).isZero();
    assertThat(device.malformed()).isEqualTo(6);
  }

  @Test
  void closesOnceAndIgnoresWhatComesLater() {
    driver.start(0, 8);
    device.close();
    device.close();
    driver.write(MmioRegister.STATUS, 0);
    driver.write(VirtioMmioDevice.NOTIFY_OFFSET, 0);
    assertThat(backend.calls).containsOnlyOnce("close");
    assertThat(device.malformed()).isEqualTo(2);
  }
}
