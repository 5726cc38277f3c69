package dev.cloude.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.job.Ipv4Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Map<String, Function<Settings, Object>> OWNERS =
      Map.of(
          "network", NetworkSettings::from,
          "vm", VmSettings::from,
          "image", ImageSettings::from,
          "execution", ExecutionSettings::from,
          "job", JobSettings::from);

  @Test
  void defaults() {
    Settings none = with(Map.of());
    Path here = Path.of("").toAbsolutePath();

    assertThat(NetworkSettings.from(none))
        .isEqualTo(new NetworkSettings("cloudebr0", range("10.39.1.0", 24), NetworkPolicy.NONE));
    assertThat(VmSettings.from(none))
        .isEqualTo(
            new VmSettings(
                VmSettings.Driver.AUTO,
                here.resolve("vmlinux"),
                512,
                1,
                4,
                Optional.empty(),
                false,
                "qemu-system-x86_64"));
    assertThat(ImageSettings.from(none))
        .isEqualTo(
            new ImageSettings(
                here.resolve("config/languages.json"),
                here.resolve("tmp"),
                here.resolve("cloude-agentd"),
                Optional.empty()));
    assertThat(ExecutionSettings.from(none))
        .isEqualTo(new ExecutionSettings(Duration.ofSeconds(30), Duration.ofSeconds(30)));
    assertThat(JobSettings.from(none)).isEqualTo(new JobSettings(Duration.ofSeconds(300)));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            NetworkSettings.from(
                with(
                    Map.of(
                        "BRIDGE_NAME", "br-x",
                        "IP_RANGE", "172.16.0.0",
                        "IP_MASK", "12",
                        "VM_NETWORK", "NAT"))))
        .isEqualTo(new NetworkSettings("br-x", range("172.16.0.0", 12), NetworkPolicy.NAT));
    assertThat(
            VmSettings.from(
                with(
                    Map.of(
                        "VM_DRIVER", "qemu",
                        "VM_KERNEL_PATH", "/k/vmlinuz",
                        "VM_MEMORY_MIB", "1024",
                        "VM_VCPUS", "2",
                        "VM_MAX_CONCURRENT", "7",
                        "VM_READY_TIMEOUT_SECS", "9",
                        "VM_LOG_GUEST_CONSOLE", "on",
                        "QEMU_BINARY", "/opt/q"))))
        .isEqualTo(
            new VmSettings(
                VmSettings.Driver.QEMU,
                Path.of("/k/vmlinuz"),
                1024,
                2,
                7,
                Optional.of(Duration.ofSeconds(9)),
                true,
                "/opt/q"));
    assertThat(
            ImageSettings.from(
                with(
                    Map.of(
                        "LANGUAGES_CONFIG_PATH", "/l.json",
                        "VM_INITRAMFS_DIR", "/images",
                        "AGENT_BINARY_PATH", "/agent",
                        "INIT_SCRIPT_PATH", "/init.sh"))))
        .isEqualTo(
            new ImageSettings(
                Path.of("/l.json"),
                Path.of("/images"),
                Path.of("/agent"),
                Optional.of(Path.of("/init.sh"))));
    assertThat(
            ExecutionSettings.from(
                with(Map.of("AGENT_EXEC_TIMEOUT_SECS", "5", "AGENT_COMPILE_TIMEOUT_SECS", "6"))))
        .isEqualTo(new ExecutionSettings(Duration.ofSeconds(6), Duration.ofSeconds(5)));
    assertThat(JobSettings.from(with(Map.of("JOB_RETENTION_SECS", "8"))))
        .isEqualTo(new JobSettings(Duration.ofSeconds(8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network | BRIDGE_NAME | a-name-too-long-for-a-device | 1 to 15",
        "network | BRIDGE_NAME | br\"0 | 1 to 15",
        "network | BRIDGE_NAME | 0br | begin with a letter",
        "network | IP_MASK | 0 | 1 to 30",
        "network | IP_MASK | 31 | 1 to 30",
        "network | IP_MASK | 24x | 1 to 30",
        "network | IP_MASK | 4294967297 | 1 to 30",
        "network | IP_RANGE | 10.39.1 | IPv4",
        "network | IP_RANGE | 10.39.1.7 | 10.39.1.0",
        "network | VM_NETWORK | host | none, nat",
        "vm | VM_DRIVER | xen | auto, kvm, qemu",
        "vm | VM_KERNEL_PATH | a\0b | a path",
        "vm | VM_MEMORY_MIB | 63 | 64 to 65536",
        "vm | VM_MEMORY_MIB | 65537 | 64 to 65536",
        "vm | VM_VCPUS | 0 | 1 to 32",
        "vm | VM_MAX_CONCURRENT | 0 | 1 to 256",
        "vm | VM_READY_TIMEOUT_SECS | 0 | 1 to 3600",
        "vm | VM_LOG_GUEST_CONSOLE | maybe | true, 1, yes or on",
        "execution | AGENT_EXEC_TIMEOUT_SECS | -1 | 1 to 3600",
        "execution | AGENT_COMPILE_TIMEOUT_SECS | 3601 | 1 to 3600",
        "job | JOB_RETENTION_SECS | 0 | 1 to",
      })
  void aBadValueIsNamed(String owner, String name, String value, String allowed) {
    Settings settings = with(Map.of(name, value));

    assertThatThrownBy(() -> OWNERS.get(owner).apply(settings))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(name + " is \"" + value + "\"")
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "Yes", "ON"})
  void flagsAreOn(String value) {
    assertThat(with(Map.of("X", value)).flag("X", false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0", "No", "OFF"})
  void flagsAreOff(String value) {
    assertThat(with(Map.of("X", value)).flag("X", true)).isFalse();
  }

  @Test
  void blankCountsAsNotSet() {
    assertThat(VmSettings.from(with(Map.of("VM_VCPUS", "  "))).vcpus()).isEqualTo(1);
    assertThat(VmSettings.from(with(Map.of("VM_VCPUS", " 3 "))).vcpus()).isEqualTo(3);
  }

  @Test
  void emulationHasMoreTimeUnlessSet() {
    VmSettings byDefault = VmSettings.from(with(Map.of()));
    VmSettings set = VmSettings.from(with(Map.of("VM_READY_TIMEOUT_SECS", "2")));

    assertThat(byDefault.readyTimeout(false)).hasSeconds(30);
    assertThat(byDefault.readyTimeout(true)).hasSeconds(180);
    assertThat(set.readyTimeout(true)).hasSeconds(2);
  }

  @Test
  void theHostWaitsLongerThanTheGuest() {
    ExecutionSettings settings =
        new ExecutionSettings(Duration.ofSeconds(40), Duration.ofSeconds(10));

    assertThat(settings.hostDeadline(false)).isEqualTo(Duration.ofSeconds(25));
    assertThat(settings.hostDeadline(true)).isEqualTo(Duration.ofSeconds(65));
  }

  private static Settings with(Map<String, String> values) {
    return new Settings(name -> Optional.ofNullable(values.get(name)));
  }

  private static Ipv4Range range(String address, int prefix) {
    return Ipv4Range.around(Ipv4Range.parseAddress(address).orElseThrow(), prefix);
  }
}
