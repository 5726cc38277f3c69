package dev.cloude.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PowerRegisterTest {
  private final List<String> seen = new ArrayList<>();
  private final PowerRegister register =
      new PowerRegister(5, 1, () -> seen.add("off"), () -> seen.add("reset"));

  @Test
  void sleepTypeFiveWithTheEnableBitSwitchesOff() {
    register.write(0, 1, 5 << 2 | 1 << 5);
    assertThat(seen).containsExactly("off");
  }

  @Test
  void theResetValueResets() {
    register.write(2, 1, 1);
    assertThat(seen).containsExactly("reset");
  }

  @Property
  void nothingElseDoesAnything(
      @ForAll @IntRange(max = 2) int offset, @ForAll @IntRange(max = 255) int value) {
    boolean off = offset == 0 && (value & 0x3c) == 0x34;
    boolean reset = offset == 2 && value == 1;
    if (!off && !reset) {
      register.write(offset, 1, value);
      assertThat(seen).isEmpty();
      assertThat(register.read(offset, 1)).isZero();
    }
  }
}
