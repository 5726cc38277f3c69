package dev.cloude.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.config.VmSettings.Driver;
import dev.cloude.runtime.driver.DriverChoice.Candidate;
import dev.cloude.runtime.driver.kvm.KvmDriver;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.vmm.Vhost;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverChoiceTest {
  private static final Candidate KVM = usable("kvm", "/dev/kvm runs 64-bit guests");
  private static final Candidate NO_KVM = unusable("/dev/kvm cannot be opened");
  private static final Candidate QEMU = usable("qemu", "/usr/bin/qemu is there");
  private static final Candidate NO_QEMU = unusable("qemu is not on the PATH");

  @ParameterizedTest
  @CsvSource({
    "AUTO, true, true, kvm",
    "AUTO, true, false, kvm",
    "AUTO, false, true, qemu",
    "KVM, true, true, kvm",
    "QEMU, true, true, qemu",
    "QEMU, false, true, qemu"
  })
  void takesWhatIsWantedAndWorks(Driver setting, boolean kvm, boolean qemu, String chosen)
      throws PlatformException {
    DriverChoice choice = DriverChoice.make(setting, kvm ? KVM : NO_KVM, qemu ? QEMU : NO_QEMU);

    assertThat(choice.require().description()).isEqualTo(chosen);
    assertThat(choice.reason()).startsWith("VMs are run by " + chosen + ": ");
  }

  @Test
  void saysWhyItFellBack() {
    assertThat(DriverChoice.make(Driver.AUTO, NO_KVM, QEMU).reason())
        .isEqualTo("VMs are run by qemu: /dev/kvm cannot be opened, but /usr/bin/qemu is there.");
  }

  @ParameterizedTest
  @CsvSource({"AUTO, false, false", "KVM, false, true", "QEMU, true, false"})
  void saysWhyThereIsNone(Driver setting, boolean kvm, boolean qemu) {
    DriverChoice choice = DriverChoice.make(setting, kvm ? KVM : NO_KVM, qemu ? QEMU : NO_QEMU);

    assertThatThrownBy(choice::require)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.DRIVER_UNAVAILABLE))
        .hasMessage(choice.reason())
        .hasMessageContaining(kvm ? "not on the PATH" : "cannot be opened")
        .hasMessageContaining("install QEMU");
  }

  @Test
  void aDriverWithoutSocketsIsNoneForWhoInsistsOnThem() {
    Candidate without = QEMU.withSockets();

    assertThat(without.driver()).isEmpty();
    assertThat(DriverChoice.make(Driver.AUTO, NO_KVM.withSockets(), without).reason())
        .startsWith(
            "No driver can be used: /dev/kvm cannot be opened, and VM_CHANNEL=vsock needs sockets,"
                + " which VMs of qemu do not have.");
    Candidate kvm =
        new Candidate(
            Optional.of(
                new KvmDriver(
                    VmSettings.from(new Settings(name -> Optional.empty())),
                    Vhost.AUTO,
                    task -> {})),
            "/dev/kvm runs 64-bit guests");
    assertThat(kvm.withSockets()).isSameAs(kvm);
    assertThat(DriverChoice.make(Driver.KVM, kvm, NO_QEMU).hasSockets()).isTrue();
    assertThat(DriverChoice.make(Driver.QEMU, NO_KVM, QEMU).hasSockets()).isFalse();
  }

  private static Candidate usable(String name, String detail) {
    VmDriver driver =
        new VmDriver() {
          @Override
          public String description() {
            return name;
          }

          @Override
          public boolean emulated() {
            return false;
          }

          @Override
          public VmHandle start(VmSpec spec) {
            throw new AssertionError("nothing is started here");
          }
        };
    return new Candidate(Optional.of(driver), detail);
  }

  private static Candidate unusable(String detail) {
    return new Candidate(Optional.empty(), detail);
  }
}
