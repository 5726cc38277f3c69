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
  void thisProcessHasSomeAndNoVm() {
    assertThat(VmDescriptors.all()).isPositive();
    assertThat(VmDescriptors.byKind()).isEmpty();
  }
}
