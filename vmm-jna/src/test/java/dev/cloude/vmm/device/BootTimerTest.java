package dev.cloude.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BootTimerTest {
  @Test
  void countsTheFirstRightByteOnly() {
    int[] reached = new int[1];
    BootTimer timer = new BootTimer(() -> reached[0]++);
    timer.write(0, 1, 122);
    timer.write(1, 1, 123);
    assertThat(reached[0]).isZero();
    timer.write(0, 1, 123);
    timer.write(0, 1, 123);
    assertThat(reached[0]).isEqualTo(1);
    assertThat(timer.read(0, 4)).isZero();
  }
}
