package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.net.TapDevice;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A guest of a few instructions that drives real virtio devices: registers, rings, interrupts. */
class DeviceGuestTest extends FlatGuestFixture {
  private static final RateLimit ONCE = new RateLimit(0, 1, Duration.ofDays(1));
  private static final String TAP = "cloudetap1";

  @Test
  void requestsAreAnsweredByAnInterruptThroughIrqfdAndIoeventfd() throws Exception {
    FlatDriver driver = new FlatDriver(0);
    FlatCode handler = new FlatCode();
    handler.rax(0).load(driver.usedIndex(), 2).print();
    handler.rax(0).load(driver.usedLength(0), 4).print();
    handler.rax(0).load(driver.register(0x60), 4).print();
    FlatCode code = driver.interrupts(GuestLayout.virtioGsi(0), handler.powerOff().halt());
    driver.start(code, 0);
    driver.post(code, 3, 64, true);
    MicroVm result = ended(config(driver.kick(code, 0).raw(0xfb).halt()));
    assertThat(printed(result)).as("answers, bytes, status").containsExactly(3, 64, 1);
    assertThat(result.counters().entropy()).isEqualTo(new Entropy(3, 192, 0));
    // Each register but the kick comes out to this process; the kick stays in the kernel.
    assertThat(result.counters().exits().get("mmio")).isEqualTo(driver.accesses() + 1L);
  }

  @Test
  void theEntropyDeviceKeepsItsLimit() throws Exception {
    MicroVm free = ended(config(requests()).limits(Limits.DEFAULT.withEntropy(RateLimit.NONE)));
    assertThat(printed(free)).containsExactly(3);
    MicroVm limited = ended(config(requests()).limits(Limits.DEFAULT.withEntropy(ONCE)));
    assertThat(printed(limited)).containsExactly(1);
    assertThat(limited.counters().entropy()).isEqualTo(new Entropy(1, 64, 0));
  }

  private static FlatCode requests() {
    FlatDriver driver = new FlatDriver(0);
    FlatCode code = new FlatCode();
    driver.start(code, 0);
    driver.post(code, 3, 64, true);
    return driver.awaitUsed(driver.kick(code, 0)).print().powerOff().halt();
  }

  @Test
  void theNetworkDeviceKeepsItsLimitOnWhatIsSent() throws Exception {
    TapDevice.createPersistent(TAP);
    try {
      TapAttachment tap = new TapAttachment(TAP, "02:c1:00:00:00:01");
      Limits received = Limits.DEFAULT.withReceived(ONCE);
      MicroVm free = ended(config(frames()).tap(tap).limits(received));
      assertThat(printed(free)).containsExactly(3);
      MicroVm limited = ended(config(frames()).tap(tap).limits(Limits.DEFAULT.withSent(ONCE)));
      assertThat(printed(limited)).containsExactly(1);
      assertThat(limited.counters().malformedRequests()).isZero();
    } finally {
      TapDevice.delete(TAP);
    }
  }

  // Three frames of zeros behind their headers; queue 1 sends.
  private static FlatCode frames() {
    FlatDriver driver = new FlatDriver(0);
    FlatCode code = new FlatCode();
    driver.start(code, 1);
    driver.post(code, 3, 72, false);
    return driver.awaitUsed(driver.kick(code, 1)).print().powerOff().halt();
  }

  @Test
  void malformedRequestsAreCountedForTheirDevice() throws Exception {
    TapDevice.createPersistent(TAP);
    try {
      // The entropy device comes after the network; it is asked with buffers it may not write.
      FlatDriver driver = new FlatDriver(1);
      FlatCode code = new FlatCode();
      driver.start(code, 0);
      driver.post(code, 1, 64, false);
      driver.kick(code, 0);
      MicroVm result =
          ended(
              config(driver.awaitStatus(code, 0x40).powerOff().halt())
                  .tap(new TapAttachment(TAP, "02:c1:00:00:00:01")));
      assertThat(result.counters().entropy()).isEqualTo(new Entropy(0, 0, 1));
      assertThat(result.counters().traffic().orElseThrow().malformed()).isZero();
      assertThat(result.counters().malformedRequests()).isEqualTo(1);
    } finally {
      TapDevice.delete(TAP);
    }
  }
}
