package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.limit.RateLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MicroVmConfigTest {
  private static MicroVmConfig.Builder builder() {
    return MicroVmConfig.builder(Path.of("vmlinuz"));
  }

  @Test
  void disksAreFewAndNeverNull() {
    MicroVmConfig.Builder builder = MicroVmConfig.builder(Path.of("k"));
    for (int i = 0; i < MicroVmConfig.MAX_DISKS; i++) {
      builder.disk(Path.of("disk" + i));
    }
    assertThat(builder.build().disks()).hasSize(8).startsWith(Path.of("disk0"));
    assertThatThrownBy(() -> builder.disk(Path.of("more")).build())
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("up to 8 disks");
    assertThatThrownBy(() -> MicroVmConfig.builder(Path.of("k")).disk(null).build())
        .isInstanceOf(VmmException.class);
  }

  @Test
  void defaults() {
    MicroVmConfig config = builder().build();
    assertThat(config.kernel()).isEqualTo(Path.of("vmlinuz"));
    assertThat(config.initrd()).isEmpty();
    assertThat(config.commandLine()).isEmpty();
    assertThat(config.bootProtocol()).isEqualTo(BootProtocol.AUTO);
    assertThat(config.memoryBytes()).isEqualTo(512L << 20);
    assertThat(config.vcpus()).isEqualTo(1);
    assertThat(config.tap()).isEmpty();
    assertThat(config.vsock()).isEmpty();
    assertThat(config.console()).isEmpty();
    assertThat(config.deadline()).isEmpty();
    assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(config.name()).matches("vm-\\d+").isNotEqualTo(builder().build().name());
  }

  @Test
  void everyValueIsTaken() {
    TapAttachment tap = new TapAttachment("tap0", "02:c1:0a:00:00:02");
    Limits limits = Limits.DEFAULT.withSent(RateLimit.bytesPerSecond(1000));
    MicroVmConfig config =
        builder()
            .name("job")
            .initrd(Path.of("initrd"))
            .commandLine("quiet")
            .bootProtocol(BootProtocol.PVH)
            .memoryBytes(5L << 30)
            .vcpus(32)
            .tap(tap)
            .vhost(Vhost.OFF)
            .vsock(1, MicroVmConfig.MAX_VSOCK_PORTS)
            .console(b -> {})
            .deadline(Duration.ofSeconds(1))
            .limits(limits)
            .build();
    assertThat(config.name()).isEqualTo("job");
    assertThat(config.initrd()).contains(Path.of("initrd"));
    assertThat(config.commandLine()).isEqualTo("quiet");
    assertThat(config.bootProtocol()).isEqualTo(BootProtocol.PVH);
    assertThat(config.memoryBytes()).isEqualTo(5L << 30);
    assertThat(config.vcpus()).isEqualTo(32);
    assertThat(config.tap()).contains(tap);
    assertThat(config.vhost()).isEqualTo(Vhost.OFF);
    assertThat(config.vsock().orElseThrow()).containsExactlyInAnyOrder(1, 8);
    assertThat(builder().vsock().build().vsock()).contains(Set.of());
    assertThat(config.console()).isPresent();
    assertThat(config.deadline()).contains(Duration.ofSeconds(1));
    assertThat(config.limits()).isEqualTo(limits);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertRefused(builder().vcpus(0), "A VM has 1 to 32 vCPUs, not 0.");
    assertRefused(builder().vcpus(33), "A VM has 1 to 32 vCPUs, not 33.");
    assertRefused(builder().memoryBytes((16 << 20) - 4096), "not 16773120.");
    assertRefused(builder().memoryBytes((16 << 20) + 1), "not 16777217.");
    assertRefused(builder().memoryBytes(MicroVmConfig.MAX_MEMORY + 4096), "bytes of memory");
    assertRefused(builder().deadline(Duration.ZERO), "A deadline lies in the future");
    assertRefused(builder().commandLine(null), "command line");
    assertRefused(builder().bootProtocol(null), "boot protocol");
    assertRefused(builder().limits(null), "limits");
    assertRefused(builder().vhost(null), "Vhost may be AUTO but not null.");
    assertRefused(builder().vsock(0), "up to 8 ports of the host from 1 to 1073741823, not to [0]");
    assertRefused(builder().vsock(1 << 30), "not to [1073741824]");
    assertRefused(builder().vsock(1, 2, 3, 4, 5, 6, 7, 8, 9), "up to 8 ports");
    assertRefused(MicroVmConfig.builder(null), "A VM needs a kernel.");
  }

  @Test
  void limitsOnFramesAndVhostExcludeEachOther() {
    RateLimit limit = new RateLimit(0, 1, Duration.ofSeconds(1));
    for (Limits limits :
        List.of(Limits.DEFAULT.withReceived(limit), Limits.DEFAULT.withSent(limit))) {
      assertRefused(builder().vhost(Vhost.ON).limits(limits), "Vhost cannot keep limits on frames");
      assertThat(builder().vhost(Vhost.AUTO).limits(limits).build().vhost()).isEqualTo(Vhost.AUTO);
    }
    Limits disks = Limits.DEFAULT.withDisk(limit);
    assertThat(builder().vhost(Vhost.ON).limits(disks).build().vhost()).isEqualTo(Vhost.ON);
  }

  private static void assertRefused(MicroVmConfig.Builder builder, String part) {
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.CONFIG))
        .hasMessageContaining(part);
  }
}
