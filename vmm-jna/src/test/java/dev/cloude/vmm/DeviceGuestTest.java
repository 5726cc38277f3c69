package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.net.TapDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of a few instructions that drives real virtio devices: registers, rings, interrupts. */
@Tag("kvm")
class DeviceGuestTest {
  private static final String NAME = "driver";
  private static final RateLimit ONCE = new RateLimit(0, 1, Duration.ofDays(1));
  private static final String TAP = "cloudetap1";

  @TempDir Path folder;
  private Footprint before;

  @BeforeEach
  void measure() {
    before = Footprint.now();
  }

  @AfterEach
  void nothingIsLeft() {
    before.assertRestored(NAME);
  }

  private MicroVmConfig.Builder config(FlatCode code) throws IOException {
    return MicroVmConfig.builder(code.writeTo(folder)).name(NAME).memoryBytes(16 << 20);
  }

  // Runs the guest to its end; returns what it printed and its counters.
  private static Result run(MicroVmConfig.Builder config) throws Exception {
    try (MicroVm vm = MicroVm.start(config.deadline(Duration.ofSeconds(60)).build())) {
      VmExit exit = vm.exit().get(90, TimeUnit.SECONDS);
      assertThat(exit.cause()).as(exit.detail()).isEqualTo(ExitCause.POWER_OFF);
      ByteBuffer bytes = ByteBuffer.wrap(vm.consoleTail()).order(ByteOrder.LITTLE_ENDIAN);
      long[] printed = new long[bytes.capacity() / 8];
      bytes.asLongBuffer().get(printed);
      return new Result(printed, vm.counters());
    }
  }

  private record Result(long[] printed, Counters counters) {}

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
    Result result = run(config(driver.kick(code, 0).raw(0xfb).halt()));
    assertThat(result.printed()).as("answers, bytes, status").containsExactly(3, 64, 1);
    assertThat(result.counters().entropy()).isEqualTo(new Entropy(3, 192, 0));
    // Each register but the kick comes out to this process; the kick stays in the kernel.
    assertThat(result.counters().exits().get("mmio")).isEqualTo(driver.accesses() + 1L);
  }

  @Test
  void theEntropyDeviceKeepsItsLimit() throws Exception {
    Result free = run(config(requests()).limits(Limits.DEFAULT.withEntropy(RateLimit.NONE)));
    assertThat(free.printed()).containsExactly(3);
    Result limited = run(config(requests()).limits(Limits.DEFAULT.withEntropy(ONCE)));
    assertThat(limited.printed()).containsExactly(1);
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
      Result free = run(config(frames()).tap(tap).limits(received));
      assertThat(free.printed()).containsExactly(3);
      Result limited = run(config(frames()).tap(tap).limits(Limits.DEFAULT.withSent(ONCE)));
      assertThat(limited.printed()).containsExactly(1);
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
      Result result =
          run(
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
