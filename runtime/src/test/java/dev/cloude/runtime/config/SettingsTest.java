package dev.cloude.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.TestLimits;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.child.IsolationSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Map<String, Function<Settings, Object>> OWNERS =
      Map.of(
          "network", NetworkSettings::from,
          "dns", NameServerSettings::from,
          "vm", VmSettings::from,
          "isolation", VmIsolation::from,
          "image", ImageSettings::from,
          "limit", LimitSettings::from,
          "job", JobSettings::from,
          "watch", WatchSettings::from,
          "frames", FrameSettings::from);

  @Test
  void defaults() {
    Settings none = with(Map.of());
    Path here = Path.of("").toAbsolutePath();

    assertThat(NetworkSettings.from(none))
        .isEqualTo(new NetworkSettings("cloudebr0", range("10.39.1.0", 24), NetworkPolicy.NONE, 2));
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
                "qemu-system-x86_64",
                Duration.ofSeconds(10),
                Optional.empty(),
                VmSettings.Channel.AUTO,
                8,
                256));
    assertThat(VmIsolation.from(none))
        .isEqualTo(
            new VmIsolation(VmIsolation.Mode.THREAD, 1, 410_000, Path.of("/sys/fs/cgroup/cloude")));
    assertThat(FrameSettings.from(none)).isEqualTo(new FrameSettings(Vhost.AUTO));
    assertThat(VmIsolation.from(none).processes()).isEqualTo(IsolationSettings.defaults());
    assertThat(ImageSettings.from(none))
        .isEqualTo(
            new ImageSettings(
                here.resolve("config/languages.json"),
                here.resolve("tmp"),
                here.resolve("cloude-agentd"),
                Optional.empty(),
                ImageSettings.Root.AUTO));
    assertThat(LimitSettings.from(none))
        .isEqualTo(
            new LimitSettings(
                TestLimits.of(Duration.ofSeconds(30), Duration.ofSeconds(30), 1 << 20),
                ceilings(300, 300, 300, 2048, 1024, 4096, 1024, 1024),
                1,
                4));
    assertThat(JobSettings.from(none))
        .isEqualTo(
            new JobSettings(
                10_000,
                Duration.ofHours(1),
                1L << 30,
                RestartPolicy.REQUEUE,
                Duration.ofSeconds(10),
                Optional.empty(),
                Duration.ofSeconds(30)));
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
                        "VM_NETWORK", "NAT",
                        "NETWORK_PREPARED", "5"))))
        .isEqualTo(new NetworkSettings("br-x", range("172.16.0.0", 12), NetworkPolicy.NAT, 5));
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
                        "QEMU_BINARY", "/opt/q",
                        "VM_GRACE_SECS", "3",
                        "VM_TOTAL_MEMORY_MIB", "2048"))))
        .isEqualTo(
            new VmSettings(
                VmSettings.Driver.QEMU,
                Path.of("/k/vmlinuz"),
                1024,
                2,
                7,
                Optional.of(Duration.ofSeconds(9)),
                true,
                "/opt/q",
                Duration.ofSeconds(3),
                Optional.of(2048),
                VmSettings.Channel.AUTO,
                8,
                256));
    assertThat(VmSettings.from(with(Map.of("VM_PREPARED", "0", "VM_PREPARED_MIB", "64"))))
        .returns(0, VmSettings::prepared)
        .returns(64, VmSettings::preparedMib);
    assertThat(VmSettings.from(with(Map.of("VM_CHANNEL", "vsock"))).channel())
        .isEqualTo(VmSettings.Channel.VSOCK);
    assertThat(FrameSettings.from(with(Map.of("VM_VHOST", "on"))))
        .isEqualTo(new FrameSettings(Vhost.ON));
    assertThat(
            VmIsolation.from(
                with(
                    Map.of(
                        "VM_ISOLATION", "process",
                        "VM_PRESTARTED", "3",
                        "VM_FIRST_USER", "70000",
                        "VM_CGROUP", "/sys/fs/cgroup/other"))))
        .isEqualTo(
            new VmIsolation(VmIsolation.Mode.PROCESS, 3, 70_000, Path.of("/sys/fs/cgroup/other")));
    assertThat(
            ImageSettings.from(
                with(
                    Map.of(
                        "LANGUAGES_CONFIG_PATH", "/l.json",
                        "VM_INITRAMFS_DIR", "/images",
                        "AGENT_BINARY_PATH", "/agent",
                        "INIT_SCRIPT_PATH", "/init.sh",
                        "VM_ROOT", "disk"))))
        .isEqualTo(
            new ImageSettings(
                Path.of("/l.json"),
                Path.of("/images"),
                Path.of("/agent"),
                Optional.of(Path.of("/init.sh")),
                ImageSettings.Root.DISK));
    assertThat(
            JobSettings.from(
                with(
                    Map.of(
                        "JOB_QUEUE_LIMIT", "7",
                        "JOB_RETENTION_SECS", "8",
                        "JOB_RETENTION_MIB", "9",
                        "JOB_RESTART_POLICY", "fail",
                        "DRAIN_SECS", "0",
                        "NODE_ID", "node-1",
                        "NODE_DEAD_SECS", "11"))))
        .isEqualTo(
            new JobSettings(
                7,
                Duration.ofSeconds(8),
                9L << 20,
                RestartPolicy.FAIL,
                Duration.ZERO,
                Optional.of("node-1"),
                Duration.ofSeconds(11)));
  }

  @Test
  void nameServersAreTheHostsUnlessNamed() {
    assertThat(NameServerSettings.from(with(Map.of())))
        .isEqualTo(new NameServerSettings(true, List.of()));
    assertThat(NameServerSettings.from(with(Map.of("VM_DNS", "None"))))
        .isEqualTo(new NameServerSettings(false, List.of()));
    assertThat(NameServerSettings.from(with(Map.of("VM_DNS", "1.1.1.1, 10.0.0.53"))))
        .isEqualTo(
            new NameServerSettings(
                false,
                List.of(
                    Ipv4Range.parseAddress("1.1.1.1").orElseThrow(),
                    Ipv4Range.parseAddress("10.0.0.53").orElseThrow())));
  }

  @Test
  void aNodeWatchesTheFoldersThatItWritesTo() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();

    assertThat(WatchSettings.from(with(Map.of())))
        .isEqualTo(
            new WatchSettings(
                Duration.ofMinutes(5),
                256L << 20,
                List.of(Path.of("tmp").toAbsolutePath(), temporary)));
    assertThat(
            WatchSettings.from(
                with(
                    Map.of(
                        "VM_CANARY_SECS", "0",
                        "DISK_MIN_FREE_MIB", "7",
                        "cloude.database", "/data/cloude",
                        "VM_INITRAMFS_DIR", "/images"))))
        .isEqualTo(
            new WatchSettings(
                Duration.ZERO, 7L << 20, List.of(Path.of("/data"), Path.of("/images"), temporary)));
  }

  @Test
  void everyLimitIsRead() {
    Map<String, String> values = new HashMap<>();
    values.put("AGENT_EXEC_TIMEOUT_SECS", "5");
    values.put("AGENT_COMPILE_TIMEOUT_SECS", "6");
    values.put("VM_VCPUS", "2");
    values.put("LIMIT_CPU_SECS", "1");
    values.put("LIMIT_MEMORY_MIB", "64");
    values.put("LIMIT_PROCESSES", "3");
    values.put("LIMIT_OUTPUT_KIB", "4");
    values.put("LIMIT_FILE_SIZE_MIB", "7");
    values.put("LIMIT_DISK_MIB", "8");
    values.put("LIMIT_COMPILE_WALL_MAX_SECS", "16");
    values.put("LIMIT_RUN_WALL_MAX_SECS", "15");
    values.put("LIMIT_CPU_MAX_SECS", "11");
    values.put("LIMIT_MEMORY_MAX_MIB", "164");
    values.put("LIMIT_PROCESSES_MAX", "13");
    values.put("LIMIT_OUTPUT_MAX_KIB", "14");
    values.put("LIMIT_FILE_SIZE_MAX_MIB", "17");
    values.put("LIMIT_DISK_MAX_MIB", "18");
    values.put("LIMIT_VCPUS_MAX", "5");

    assertThat(LimitSettings.from(with(values)))
        .isEqualTo(
            new LimitSettings(
                new Limits(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(5),
                    Optional.of(Duration.ofSeconds(1)),
                    OptionalLong.of(64 << 20),
                    OptionalInt.of(3),
                    4 << 10,
                    OptionalLong.of(7 << 20),
                    OptionalLong.of(8 << 20)),
                ceilings(16, 15, 11, 164, 13, 14, 17, 18),
                2,
                5));
  }

  @Test
  void aCeilingGivesWayToItsDefaultUnlessItIsSet() {
    Settings high = with(Map.of("AGENT_EXEC_TIMEOUT_SECS", "3000", "VM_VCPUS", "8"));
    assertThat(LimitSettings.from(high).ceilings().runWall()).hasSeconds(3000);
    assertThat(LimitSettings.from(high).vcpusCeiling()).isEqualTo(8);

    Settings contradiction =
        with(Map.of("AGENT_EXEC_TIMEOUT_SECS", "30", "LIMIT_RUN_WALL_MAX_SECS", "29"));
    assertThatThrownBy(() -> LimitSettings.from(contradiction))
        .hasMessage(
            "LIMIT_RUN_WALL_MAX_SECS is \"29\", but must be a whole number from 30 to 86400.");
  }

  private static Limits ceilings(
      int compile, int run, int cpu, long memory, int processes, int output, long file, long disk) {
    return new Limits(
        Duration.ofSeconds(compile),
        Duration.ofSeconds(run),
        Optional.of(Duration.ofSeconds(cpu)),
        OptionalLong.of(memory << 20),
        OptionalInt.of(processes),
        output << 10,
        OptionalLong.of(file << 20),
        OptionalLong.of(disk << 20));
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
        "network | NETWORK_PREPARED | 65 | 0 to 64",
        "dns | VM_DNS | 1.1.1.1,here | host, none",
        "dns | VM_DNS | 127.0.0.53 | host, none",
        "dns | VM_DNS | 10.39.1.1 | not the guests' (10.39.1.0/24)",
        "dns | VM_DNS | 1.1.1.1,1.1.1.1 | different",
        "dns | VM_DNS | 1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4 | up to 3",
        "dns | VM_DNS | 224.0.0.251 | host, none",
        "dns | VM_DNS | 1.1.1.1, | host, none",
        "vm | VM_DRIVER | xen | auto, kvm, qemu",
        "vm | VM_CHANNEL | tcp | auto, vsock, network",
        "vm | VM_PREPARED | 65 | 0 to 64",
        "vm | VM_PREPARED_MIB | 0 | 1 to 65536",
        "image | VM_ROOT | nfs | auto, memory, disk",
        "vm | VM_KERNEL_PATH | a\0b | a path",
        "vm | VM_MEMORY_MIB | 63 | 64 to 65536",
        "vm | VM_MEMORY_MIB | 65537 | 64 to 65536",
        "vm | VM_VCPUS | 0 | 1 to 32",
        "vm | VM_MAX_CONCURRENT | 0 | 1 to 256",
        "vm | VM_READY_TIMEOUT_SECS | 0 | 1 to 3600",
        "vm | VM_LOG_GUEST_CONSOLE | maybe | true, 1, yes or on",
        "limit | AGENT_EXEC_TIMEOUT_SECS | -1 | 1 to 3600",
        "limit | AGENT_COMPILE_TIMEOUT_SECS | 3601 | 1 to 3600",
        "limit | LIMIT_MEMORY_MIB | 3 | 4 to",
        "limit | LIMIT_OUTPUT_KIB | 16385 | 1 to 16384",
        "limit | LIMIT_VCPUS_MAX | 33 | 1 to 32",
        "vm | VM_GRACE_SECS | 0 | 1 to 300",
        "job | JOB_RETENTION_SECS | 0 | 1 to",
        "job | JOB_QUEUE_LIMIT | 0 | 1 to",
        "job | JOB_RESTART_POLICY | forget | requeue, fail",
        "job | DRAIN_SECS | -1 | 0 to 3600",
        "job | NODE_ID | a b | 1 to 64",
        "job | NODE_DEAD_SECS | 9 | 10 to",
        "vm | VM_TOTAL_MEMORY_MIB | 63 | 64 to",
        "watch | VM_CANARY_SECS | -1 | 0 to 86400",
        "watch | DISK_MIN_FREE_MIB | -1 | 0 to",
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

  private static Settings with(Map<String, String> values) {
    return new Settings(name -> Optional.ofNullable(values.get(name)));
  }

  private static Ipv4Range range(String address, int prefix) {
    return Ipv4Range.around(Ipv4Range.parseAddress(address).orElseThrow(), prefix);
  }
}
