package dev.cloude.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
  @TempDir Path proc;

  @Test
  void readsWhatTheKernelTells() throws Exception {
    Files.writeString(
        proc.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: A CPU @ 3 GHz: fast\n\n");
    Files.writeString(proc.resolve("meminfo"), "MemTotal:        2097152 kB\nMemFree: 1 kB\n");
    Files.createDirectories(proc.resolve("sys/kernel"));
    Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.1.0-test\n");
    Files.writeString(proc.resolve("loadavg"), "1.25 0.80 0.40 2/345 6789\n");

    Host host = Host.read(proc, "no KVM");

    assertThat(host.cpu()).isEqualTo("A CPU @ 3 GHz: fast");
    assertThat(host.memoryMib()).isEqualTo(2048);
    assertThat(host.kernel()).isEqualTo("6.1.0-test");
    assertThat(host.load()).isEqualTo(1.25);
    assertThat(host.kvm()).isEqualTo("no KVM");
    assertThat(host.cores()).isPositive();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Host.read(proc, ""))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cpuinfo");
  }

  @Test
  void thisHostHasAKernel() {
    assertThat(Host.here("").kernel()).isNotBlank();
  }
}
