package dev.cloude.bench.density;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MappingsTest {
  private static final String SMAPS =
      """
      55f0a0000000-55f0a0001000 r--p 00000000 fd:00 1234                       /usr/bin/java
      Size:                  4 kB
      KernelPageSize:        4 kB
      Rss:                   4 kB
      Pss:                   1 kB
      VmFlags: rd mr mw me sd
      7f0000000000-7f0004000000 rw-p 00000000 00:00 0
      Size:              65536 kB
      Rss:                  44 kB
      Anonymous:            44 kB
      THPeligible:           0
      VmFlags: rd wr mr mw me dc nr dd sd
      7f0010000000-7f0010003000 rw-s 00000000 00:0e 2071                       anon_inode:kvm-vcpu:0
      Size:                 12 kB
      Rss:                   8 kB
      VmFlags: rd wr sh mr mw me ms dc dd sd
      7f0020000000-7f0020100000 rw-p 00000000 00:00 0
      Size:               1024 kB
      Rss:                 100 kB
      VmFlags: rd wr mr mw me nr sd
      7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                          [stack]
      Size:                132 kB
      Rss:                  16 kB
      VmFlags: rd wr mr mw me gd ac
      """;

  @Test
  void theGuestsRamIsToldFromTheRest() {
    assertThat(Mappings.parse(SMAPS.lines().toList()))
        .isEqualTo(new Mappings(5, 64 << 20, 44 << 10, (4 + 8 + 100 + 16) << 10, 1 << 10));
  }

  @Test
  void aProcessWithoutMappingsHoldsNothing() {
    assertThat(Mappings.parse(List.of())).isEqualTo(new Mappings(0, 0, 0, 0, 0));
  }

  @Test
  void thisProcessHasAFootprint() {
    Footprint now = Footprint.now();
    assertThat(now.threads()).isGreaterThan(1);
    assertThat(now.descriptors()).isGreaterThan(2);
    assertThat(now.mappings().count()).isGreaterThan(10);
    assertThat(now.process()).isGreaterThan(1 << 20);
    assertThat(now.kernel()).isPositive();
  }
}
