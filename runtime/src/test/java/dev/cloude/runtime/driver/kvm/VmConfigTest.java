package dev.cloude.runtime.driver.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.Vhost;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VmConfigTest {
  @Test
  void theMonitorIsToldAllOfIt() {
    MicroVmConfig config = VmConfig.of(spec(Optional.of(Path.of("python.erofs")), true), Vhost.ON);
    assertThat(config.kernel()).isEqualTo(Path.of("vmlinuz"));
    assertThat(config.initrd()).contains(Path.of("start.cpio"));
    assertThat(config.disks()).containsExactly(Path.of("python.erofs"));
    assertThat(config.commandLine())
        .isEqualTo("quiet reboot=k pci=off cloude.boot_timer=0xc0000000");
    assertThat(config.memoryBytes()).isEqualTo(512L << 20);
    assertThat(config.vcpus()).isEqualTo(2);
    assertThat(config.tap().orElseThrow().name()).isEqualTo("tap1");
    assertThat(config.vsock()).isEmpty();
    assertThat(config.name()).isEqualTo("vm-0123abcd");
    assertThat(config.vhost()).isEqualTo(Vhost.ON);
    assertThat(config.console()).isPresent();
  }

  @Test
  void withoutADiskThereIsNone() {
    MicroVmConfig config = VmConfig.of(spec(Optional.empty(), false), Vhost.AUTO);
    assertThat(config.disks()).isEmpty();
    assertThat(config.console()).isEmpty();
  }

  @Test
  void withoutANetworkThereAreSocketsAlone() {
    MicroVmConfig config =
        VmConfig.of(spec(Optional.empty(), false, Optional.empty(), List.of(3001, 7)), Vhost.AUTO);
    assertThat(config.tap()).isEmpty();
    assertThat(config.vsock()).contains(Set.of(3001, 7));
  }

  private static VmSpec spec(Optional<Path> disk, boolean logConsole) {
    NetworkDevice device = new NetworkDevice("tap1", "02:c1:0a:00:00:02");
    return spec(disk, logConsole, Optional.of(device), List.of());
  }

  private static VmSpec spec(
      Optional<Path> disk,
      boolean logConsole,
      Optional<NetworkDevice> network,
      List<Integer> hostPorts) {
    return new VmSpec(
        "0123abcd-0000",
        "job vm-1",
        Path.of("vmlinuz"),
        Path.of("start.cpio"),
        disk,
        "quiet",
        512,
        2,
        network,
        hostPorts,
        logConsole);
  }
}
