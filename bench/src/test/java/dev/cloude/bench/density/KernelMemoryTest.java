package dev.cloude.bench.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelMemoryTest {
  @Test
  void theKernelsMemoryIsWhatNobodyElseHas() {
    List<String> meminfo =
        List.of(
            "MemTotal:       1000 kB",
            "MemFree:         400 kB",
            "MemAvailable:    700 kB",
            "Buffers:          50 kB",
            "Cached:          200 kB",
            "AnonPages:       150 kB",
            "SReclaimable:     20 kB",
            "HugePages_Total:    0");
    List<String> zoneinfo =
        List.of(
            "Node 0, zone   Normal",
            "  pages free     100",
            "    cpu: 0",
            "              count:    3",
            "              high:     378",
            "    cpu: 1",
            "              count: 2",
            "  vm stats threshold: 24");
    assertThat(KernelMemory.parse(meminfo, zoneinfo)).isEqualTo((180 - 5 * 4) << 10);
  }

  @Test
  void aMissingFieldIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KernelMemory.parse(List.of("MemTotal: 1 kB"), List.of()))
        .withMessageContaining("MemFree");
  }
}
