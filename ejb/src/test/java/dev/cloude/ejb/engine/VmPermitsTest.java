package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmSettings;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VmPermitsTest {
  private static VmPermits of(Map<String, String> values, long hostMib) {
    Settings settings = new Settings(name -> Optional.ofNullable(values.get(name)));
    return VmPermits.of(
        VmSettings.from(settings),
        values.containsKey("IP_MASK")
            ? OptionalLong.of(NetworkSettings.from(settings).range().guests())
            : OptionalLong.empty(),
        hostMib == 0 ? OptionalLong.empty() : OptionalLong.of(hostMib));
  }

  @Test
  void asManyAsAreSetWhereThereIsRoom() {
    VmPermits permits = of(Map.of("VM_MAX_CONCURRENT", "7"), 16_384);

    assertThat(permits.most()).isEqualTo(7);
    assertThat(permits.memoryMib()).isEqualTo(16_384);
    assertThat(of(Map.of("VM_MAX_CONCURRENT", "7"), 0).most()).isEqualTo(7);
  }

  @Test
  void fewerWhereMemoryOrAddressesAreFewer() {
    Map<String, String> many = Map.of("VM_MAX_CONCURRENT", "7", "VM_MEMORY_MIB", "500");
    assertThat(of(many, 1999).most()).isEqualTo(3);
    assertThat(of(Map.of("VM_TOTAL_MEMORY_MIB", "1024"), 16_384).most()).isEqualTo(2);
    assertThat(of(Map.of("VM_TOTAL_MEMORY_MIB", "1024"), 16_384).memoryMib()).isEqualTo(1024);
    assertThat(of(Map.of("IP_MASK", "30"), 16_384).most()).isEqualTo(1);
  }

  @Test
  void oneInAnyCase() {
    VmPermits permits = of(Map.of("VM_MEMORY_MIB", "4096"), 100);

    assertThat(permits.most()).isEqualTo(1);
    assertThat(permits.memoryMib()).isEqualTo(4096);
  }

  @Test
  void whatIsTakenComesBackOnce() {
    VmPermits permits = new VmPermits(2, 100);
    VmPermits.Permit first = permits.tryAcquire().orElseThrow();
    VmPermits.Permit second = permits.tryAcquire().orElseThrow();

    assertThat(permits.tryAcquire()).isEmpty();
    assertThat(first.reserve(60)).isTrue();
    assertThat(second.reserve(60)).isFalse();
    assertThat(permits.freeMib()).isEqualTo(40);
    first.release();
    first.release();

    assertThat(permits.free()).isEqualTo(1);
    assertThat(second.reserve(60)).isTrue();
    second.release();
    assertThat(permits.freeMib()).isEqualTo(100);
    assertThat(permits.free()).isEqualTo(2);
  }

  @Test
  void theHostsMemoryIsRead() {
    assertThat(HostMemory.mib("MemTotal:       24683520 kB\nMemFree: 1 kB\n")).hasValue(24_105);
    assertThat(HostMemory.mib("nothing of it")).isEmpty();
  }
}
