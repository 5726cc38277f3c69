package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
  private static final VmSpec SPEC =
      new VmSpec(
          "job",
          "job 1",
          Path.of("/k/vmlinuz"),
          Path.of("/i/python.cpio"),
          Optional.empty(),
          "quiet",
          768,
          2,
          Optional.of(new NetworkDevice("cl12345678", "02:c1:0a:27:01:02")),
          List.of(),
          false);

  @Test
  void emulationIsToldTheCountersRate() {
    List<String> command =
        QemuCommand.of(
            binary(true),
            Accelerator.emulation(OptionalLong.of(2_596_000)),
            false,
            SPEC,
            "cloude:b:1:x");

    assertThat(command)
        .startsWith("/usr/bin/qemu-system-x86_64")
        .containsSequence("-name", "cloude:b:1:x")
        .containsSequence("-M", "microvm,acpi=on")
        .containsSequence("-accel", "tcg")
        .containsSequence("-cpu", "max")
        .containsSequence("-smp", "2")
        .containsSequence("-m", "768M")
        .containsSequence("-sandbox", QemuBinary.SANDBOX)
        .containsSequence("-kernel", "/k/vmlinuz")
        .containsSequence("-initrd", "/i/python.cpio")
        .containsSequence("-append", "quiet reboot=t pci=off tsc_early_khz=2596000")
        .containsSequence("-netdev", "tap,id=net,ifname=cl12345678,script=no,downscript=no")
        .containsSequence("-device", "virtio-net-device,netdev=net,mac=02:c1:0a:27:01:02")
        .contains("-nodefaults", "-no-user-config", "-no-reboot");
  }

  @Test
  void theProcessorItselfNeedsNoRate() {
    List<String> command =
        QemuCommand.of(binary(false), Accelerator.kvm(), true, SPEC, "name,with");

    assertThat(command)
        .containsSequence("-accel", "kvm")
        .containsSequence("-cpu", "host")
        .containsSequence("-append", "quiet reboot=t pci=off")
        .containsSequence("-name", "name,,with")
        .containsSequence(
            "-netdev", "tap,id=net,ifname=cl12345678,script=no,downscript=no,vhost=on")
        .doesNotContain("-sandbox");
  }

  @Test
  void aRootDiskCannotBeWritten() {
    VmSpec spec =
        new VmSpec(
            "job",
            "job 1",
            Path.of("/k/vmlinuz"),
            Path.of("/i/start.cpio"),
            Optional.of(Path.of("/i/a,b.erofs")),
            "cloude.root=/dev/vda",
            512,
            1,
            Optional.empty(),
            List.of(),
            false);

    assertThat(QemuCommand.of(binary(true), Accelerator.kvm(), true, spec, "name"))
        .containsSequence(
            "-drive", "id=root,if=none,format=raw,readonly=on,file=/i/a,,b.erofs",
            "-device", "virtio-blk-device,drive=root")
        .doesNotContain("-netdev");
    assertThat(QemuCommand.of(binary(true), Accelerator.kvm(), true, SPEC, "name"))
        .doesNotContain("-drive");
  }

  private static QemuBinary binary(boolean sandbox) {
    return new QemuBinary(Path.of("/usr/bin/qemu-system-x86_64"), "7.2", sandbox);
  }
}
