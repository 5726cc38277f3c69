package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.VmExit;
import org.junit.jupiter.api.Test;

class ChildEndTest {
  private static final VmExit TOLD = new VmExit(ExitCause.POWER_OFF, "off");

  @Test
  void whatTheChildToldCountsFirst() {
    assertThat(ChildEnd.of(TOLD, null, true, true, 137, 7)).isEqualTo(TOLD);
  }

  @Test
  void aKillFromHereIsAKill() {
    assertThat(ChildEnd.of(null, null, true, false, 137, 7).cause()).isEqualTo(ExitCause.KILLED);
  }

  @Test
  void anEndWithoutAWordSaysHow() {
    assertThat(ChildEnd.of(null, "a lie", true, false, 137, 7))
        .isEqualTo(died("sent a lie, and was killed"));
    assertThat(ChildEnd.of(null, null, false, true, 137, 7))
        .isEqualTo(died("took more memory than its control group has, and was killed"));
    assertThat(ChildEnd.of(null, null, false, false, 139, 7))
        .isEqualTo(died("was ended by signal 11"));
    assertThat(ChildEnd.of(null, null, false, false, 3, 7))
        .isEqualTo(died("ran out of Java memory"));
    assertThat(ChildEnd.of(null, null, false, false, 0, 7))
        .isEqualTo(died("ended with exit code 0"));
  }

  private static VmExit died(String how) {
    return new VmExit(ExitCause.PROCESS_DIED, "The VM's process 7 " + how + ".");
  }
}
