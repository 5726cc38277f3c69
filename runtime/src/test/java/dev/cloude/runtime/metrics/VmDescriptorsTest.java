package dev.cloude.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VmDescriptorsTest {

  @Test
  void whatAVmHasIsCounted() {
    assertThat(
            VmDescriptors.count(
                Stream.of(
                    "/dev/kvm",
                    "anon_inode:kvm-vm",
                    "anon_inode:kvm-vcpu:0",
                    "anon_inode:kvm-vcpu:1",
                    "/dev/net/tun",
                    "anon_inode:kvm-vm",
                    "socket:[12]",
                    "")))
        .isEqualTo(Map.of("vm", 2, "vcpu", 1, "tap", 1));
  }

  @Test
  void whatVmsThatWaitHaveIsNoLeak() {
    Map<String, Integer> open = Map.of("vm", 3, "vcpu", 3, "tap", 1);
    assertThat(VmDescriptors.beyond(open, 1, 2)).isZero();
    assertThat(VmDescriptors.beyond(open, 1, 1)).isEqualTo(2);
    assertThat(VmDescriptors.beyond(open, 0, 2)).isEqualTo(3);
    assertThat(VmDescriptors.beyond(open, 5, 2)).isZero();
  }

  @Test
  void thisProcessHasSomeAndNoVm() {
    assertThat(VmDescriptors.all()).isPositive();
    assertThat(VmDescriptors.byKind()).isEmpty();
  }
}
