package dev.cloude.runtime.driver.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.VmExit.Cause;
import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.VmExit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvmVmTest {

  @ParameterizedTest
  @CsvSource({
    "POWER_OFF, POWERED_OFF, ''",
    "RESET, REBOOTED, ''",
    "PANIC, PANICKED, words.",
    "TRIPLE_FAULT, CRASHED, words",
    "KILLED, STOPPED, ''",
    "DEADLINE, STOPPED, ''",
    "PROCESS_DIED, CRASHED, words",
    "KVM_ERROR, FAILED, words"
  })
  void everyEndHasItsMeaning(ExitCause monitors, Cause ours, String detail) {
    assertThat(KvmVm.translated(new VmExit(monitors, "words.")))
        .isEqualTo(new dev.cloude.runtime.driver.VmExit(ours, detail));
  }
}
