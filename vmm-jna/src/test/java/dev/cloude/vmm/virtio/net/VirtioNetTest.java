package dev.cloude.vmm.virtio.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtioNetTest {
  private static final byte[] MAC = {2, (byte) 0xc1, 10, 0, 0, 2};
  private static final int NEEDS_RESET = 0x40;
  private static final long ALL = NetFeature.OFFERED | VirtioFeature.EVENT_IDX;

  private final AtomicLong clock = new AtomicLong();
  private final Wire wire = new Wire();
  private final Random random = new Random(1);
  private GuestNic nic = new GuestNic(new NetConfig(MAC), wire, clock::get);

  @AfterEach
  void close() {
    nic.close();
    wire.close();
  }

  @Test
  void showsItsAddressAndPacketSize() {
    assertThat(nic.driver.read(0x008)).isEqualTo(1);
    assertThat(nic.device.read(0x100, 4)).isEqualTo(0x000ac102L);
    assertThat(nic.device.read(0x104, 2)).isEqualTo(0x0200);
    assertThat(nic.device.read(0x10a, 2)).isEqualTo(1500);
    assertThat(nic.device.read(0x10c, 8)).isZero();
  }

  @Test
  void tellsTheHostWhatTheDriverCanTake() {
    nic.start(ALL);
    assertThat(wire.offload).isEqualTo("true true true");
    nic.start(NetFeature.GUEST_CSUM | NetFeature.GUEST_TSO6);
    assertThat(wire.offload).isEqualTo("true false true");
    nic.start(0);
    assertThat(wire.offload).isEqualTo("false false false");
  }

  @ParameterizedTest
  @ValueSource(ints = {26, 27, 74, 1526, 9000, 65562})
  void sendsFramesAsTheyAre(int length) {
    nic.start(ALL);
    byte[] frame = frame(length);
    nic.send(frame, 12);
    nic.send(frame, 1, 5, 6, 13);
    nic.send(frame);
    nic.driver.runDevice();
    for (int i = 0; i < 3; i++) {
      assertThat(wire.receive()).hasValue(frame);
    }
    assertThat(nic.net.counters().sentFrames()).isEqualTo(3);
    assertThat(nic.net.counters().sentBytes()).isEqualTo(3 * (length - 12));
    assertThat(nic.device.interrupt().drain()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 25, 65563})
  void dropsFramesThatAreNone(int length) {
    nic.start(ALL);
    nic.send(frame(length));
    byte[] good = frame(60);
    nic.send(good);
    nic.driver.runDevice();
    assertThat(wire.receive()).hasValue(good);
    assertThat(nic.net.counters().sendDrops()).isEqualTo(1);
    assertThat(nic.driver.status()).isEqualTo(15);
  }

  @Test
  void anErrorOfTheHostDropsOneFrameOnly() {
    nic.start(ALL);
    wire.writeError = Errno.EIO;
    nic.send(frame(60));
    nic.driver.runDevice();
    assertThat(nic.tx().take()).isPresent();
    wire.writeError = 0;
    byte[] good = frame(60);
    nic.send(good);
    nic.driver.runDevice();
    assertThat(wire.receive()).hasValue(good);
    assertThat(nic.net.counters().sendDrops()).isEqualTo(1);
  }

  @Test
  void aTransmitBufferToWriteToFailsTheDevice() {
    nic.start(ALL);
    nic.tx().post(new Buffer(0x10_0000, 60, false), new Buffer(0x10_0000, 60, true));
    nic.driver.kick(1);
    nic.driver.runDevice();
    assertThat(nic.driver.status()).isEqualTo(15 | NEEDS_RESET);
  }

  @Test
  void receivesIntoOneChainAndSaysSo() {
    nic.start(ALL);
    nic.fillReceive(1536);
    byte[] frame = frame(1526);
    wire.send(frame);
    nic.driver.runDevice();
    frame[10] = 1;
    frame[11] = 0;
    assertThat(nic.receive()).hasValue(frame);
    assertThat(nic.net.counters().receivedFrames()).isEqualTo(1);
    assertThat(nic.net.counters().receivedBytes()).isEqualTo(1514);
    assertThat(nic.device.interrupt().drain()).isPositive();
  }

  @Test
  void spreadsAFrameOverMergeableChains() {
    nic.start(ALL);
    nic.fillReceive(1536);
    byte[] frame = frame(65562);
    wire.send(frame);
    byte[] small = frame(60);
    wire.send(small);
    nic.driver.runDevice();
    frame[10] = 43;
    frame[11] = 0;
    assertThat(nic.receive()).hasValue(frame);
    small[10] = 1;
    small[11] = 0;
    assertThat(nic.receive()).hasValue(small);
  }

  @Test
  void theHeaderMayBeCutAnywhere() {
    nic.start(ALL);
    nic.postReceive(3, 7, 1, 1, 1500, 24);
    nic.driver.kick(0);
    byte[] frame = frame(1536);
    wire.send(frame);
    nic.driver.runDevice();
    frame[10] = 1;
    frame[11] = 0;
    assertThat(nic.receive()).hasValue(frame);
  }

  @Test
  void withoutMergingAFrameThatDoesNotFitIsDropped() {
    nic.start(VirtioFeature.EVENT_IDX);
    nic.postReceive(12, 1514);
    nic.driver.kick(0);
    wire.send(frame(1527));
    byte[] fits = frame(1526);
    wire.send(fits);
    nic.driver.runDevice();
    fits[10] = 1;
    fits[11] = 0;
    assertThat(nic.receive()).hasValue(fits);
    assertThat(nic.net.counters().receiveDrops()).isEqualTo(1);
  }

  @Test
  void aLargeFrameWaitsForTheRestOfItsBuffers() {
    nic.start(ALL);
    nic.postReceive(1000);
    nic.postReceive(1000);
    nic.driver.kick(0);
    byte[] frame = frame(3500);
    wire.send(frame);
    nic.driver.runDevice();
    assertThat(nic.receive()).isEmpty();
    nic.postReceive(1000);
    nic.driver.kick(0);
    nic.driver.runDevice();
    assertThat(nic.receive()).isEmpty();
    nic.postReceive(400, 600);
    nic.driver.kick(0);
    nic.driver.runDevice();
    frame[10] = 4;
    frame[11] = 0;
    assertThat(nic.receive()).hasValue(frame);
    assertThat(nic.net.counters().receiveDrops()).isZero();
  }

  @Test
  void aLargeFrameDoesNotWaitForEver() {
    nic.start(ALL);
    nic.postReceive(1000);
    nic.driver.kick(0);
    wire.send(frame(3500));
    byte[] small = frame(60);
    wire.send(small);
    nic.driver.runDevice();
    assertThat(nic.receive()).isEmpty();
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    nic.driver.runDevice();
    small[10] = 1;
    small[11] = 0;
    assertThat(nic.receive()).hasValue(small);
    assertThat(nic.net.counters().receiveDrops()).isEqualTo(1);
  }

  @Test
  void receivingGoesOnAfterBuffersRanOut() {
    for (long features : new long[] {ALL, NetFeature.MRG_RXBUF, VirtioFeature.EVENT_IDX, 0}) {
      nic.start(features);
      for (int round = 0; round < 50; round++) {
        // More frames than buffers: CVE-2020-16843 was an interface that stayed silent after this.
        int sent = 0;
        while (sent < 5 && wire.send(frame(60))) {
          sent++;
        }
        nic.driver.runDevice();
        assertThat(nic.receive()).isEmpty();
        int received = 0;
        for (int i = 0; i < sent; i++) {
          nic.postReceive(1536);
          nic.driver.kick(0);
          nic.driver.runDevice();
          received += nic.receive().isPresent() ? 1 : 0;
        }
        assertThat(received).isEqualTo(sent);
      }
    }
  }

  @Test
  void moreThanABurstIsHandledInTurns() {
    nic.start(ALL);
    nic.fillReceive(100);
    for (int i = 0; i < 2000; i++) {
      wire.send(frame(60));
      nic.send(frame(60));
      nic.driver.runDevice();
      assertThat(wire.receive()).isPresent();
      assertThat(nic.receive()).isPresent();
      nic.fillReceive(100);
    }
    assertThat(nic.net.counters().receiveDrops()).isZero();
    assertThat(nic.net.counters().sendDrops()).isZero();
  }

  @Test
  void receiveBuffersOfTheWrongKindFailTheDevice() {
    nic.start(ALL);
    nic.postReceive(11);
    nic.driver.kick(0);
    nic.driver.runDevice();
    assertThat(nic.driver.status()).isEqualTo(15 | NEEDS_RESET);
    nic.start(ALL);
    nic.rx().post(new Buffer(0x10_0000, 100, false), new Buffer(0x10_0000, 100, true));
    nic.driver.kick(0);
    nic.driver.runDevice();
    assertThat(nic.driver.status()).isEqualTo(15 | NEEDS_RESET);
  }

  @Test
  void aDeadChannelIsNoLongerWatched() {
    nic.start(ALL);
    nic.fillReceive(1536);
    nic.driver.runDevice();
    assertThat(nic.net.wantsPoll()).isTrue();
    wire.readError = Errno.EBADFD;
    nic.driver.runDevice();
    assertThat(nic.net.wantsPoll()).isFalse();
    assertThat(nic.net.delayNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(nic.net.counters().receiveErrors()).isEqualTo(1);
    wire.readError = Errno.EFAULT;
    nic.start(ALL);
    nic.fillReceive(1536);
    nic.driver.runDevice();
    assertThat(nic.net.wantsPoll()).as("errors without end").isFalse();
    assertThat(nic.driver.status()).isEqualTo(15);
  }

  @Test
  void aReadThatFailsLosesOneFrame() {
    nic.start(ALL);
    nic.fillReceive(1536);
    nic.driver.runDevice();
    wire.send(new byte[12]);
    byte[] good = frame(60);
    wire.send(good);
    nic.driver.runDevice();
    assertThat(nic.receive()).isPresent();
    assertThat(nic.net.counters().receiveErrors()).isEqualTo(1);
  }

  @Test
  void limitsHoldBackBothWaysAndLoseNothing() {
    nic.close();
    RateLimit twoFrames = new RateLimit(0, 2, Duration.ofSeconds(1));
    nic = new GuestNic(new NetConfig(MAC, 1500, twoFrames, twoFrames), wire, clock::get);
    nic.start(ALL);
    nic.fillReceive(1536);
    for (int i = 0; i < 4; i++) {
      wire.send(frame(60));
      nic.send(frame(60));
    }
    nic.driver.runDevice();
    assertThat(received()).isEqualTo(2);
    assertThat(sent()).isEqualTo(2);
    assertThat(nic.net.wantsPoll()).as("not watched while held back").isFalse();
    long delay = nic.net.delayNanos();
    assertThat(delay).isEqualTo(Duration.ofMillis(500).toNanos());
    clock.addAndGet(delay);
    nic.driver.runDevice();
    assertThat(received()).isEqualTo(1);
    assertThat(sent()).isEqualTo(1);
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    nic.driver.runDevice();
    assertThat(received()).isEqualTo(1);
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void bytesOverTheLimitArePaidOffByWaiting() {
    nic.close();
    NetConfig config = new NetConfig(MAC, 1500, RateLimit.NONE, RateLimit.bytesPerSecond(1000));
    nic = new GuestNic(config, wire, clock::get);
    nic.start(ALL);
    nic.send(frame(12 + 3000));
    nic.send(frame(60));
    nic.driver.runDevice();
    assertThat(sent()).isEqualTo(1);
    assertThat(nic.net.delayNanos()).isEqualTo(Duration.ofMillis(2001).toNanos());
  }

  @Test
  void aResetForgetsPostedBuffers() {
    nic.start(ALL);
    nic.fillReceive(1536);
    nic.driver.runDevice();
    nic.driver.write(0x070, 0);
    byte[] before = new byte[1536];
    nic.memory.read(0x10_0000, before, 0, before.length);
    wire.send(frame(60));
    nic.driver.runDevice();
    byte[] after = new byte[1536];
    nic.memory.read(0x10_0000, after, 0, after.length);
    assertThat(after).isEqualTo(before);
    nic.start(ALL);
    nic.fillReceive(1536);
    nic.driver.runDevice();
    assertThat(nic.receive()).isPresent();
  }

  @Test
  void configurationIsChecked() {
    assertThatThrownBy(() -> new NetConfig(new byte[5])).hasMessageContaining("6 bytes");
    assertThatThrownBy(() -> new NetConfig(new byte[] {1, 0, 0, 0, 0, 0}))
        .hasMessageContaining("group address");
    assertThatThrownBy(() -> new NetConfig(MAC, 67, RateLimit.NONE, RateLimit.NONE))
        .hasMessageContaining("68 to 65535");
  }

  private int received() {
    int frames = 0;
    while (nic.receive().isPresent()) {
      frames++;
    }
    return frames;
  }

  private int sent() {
    int frames = 0;
    while (wire.receive().isPresent()) {
      frames++;
    }
    return frames;
  }

  private byte[] frame(int length) {
    byte[] frame = new byte[length];
    random.nextBytes(frame);
    // The guest's model trusts this field, which the device must set.
    Arrays.fill(frame, Math.min(10, length), Math.min(12, length), (byte) 0x55);
    return frame;
  }
}
