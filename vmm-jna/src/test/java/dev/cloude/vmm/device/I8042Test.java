package dev.cloude.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class I8042Test {
  private static final int DATA = 0;
  private static final int COMMAND = 4;

  private int interrupts;
  private int resets;
  private final I8042 i8042 = new I8042(() -> interrupts++, () -> resets++);

  private void command(int value) {
    i8042.write(COMMAND, 1, value);
  }

  private void data(int value) {
    i8042.write(DATA, 1, value);
  }

  private List<Long> output() {
    List<Long> all = new ArrayList<>();
    while ((i8042.read(COMMAND, 1) & 1) != 0) {
      all.add(i8042.read(DATA, 1));
    }
    return all;
  }

  @Test
  void resetLineEndsTheMachine() {
    command(0xfe);
    assertThat(resets).isEqualTo(1);
    command(0xd1);
    data(0x03);
    assertThat(resets).as("running").isEqualTo(1);
    command(0xd1);
    data(0x02);
    assertThat(resets).as("reset bit low").isEqualTo(2);
  }

  @Test
  void answersADriversQuestions() {
    command(0xaa);
    assertThat(output()).containsExactly(0x55L);
    command(0xab);
    assertThat(output()).containsExactly(0L);
    command(0x60);
    data(0x44);
    command(0x20);
    assertThat(output()).containsExactly(0x44L);
    command(0xd0);
    assertThat(output()).containsExactly(1L);
    data(0xf2);
    assertThat(output()).containsExactly(0xfaL, 0xabL, 0x83L);
    data(0xff);
    assertThat(output()).containsExactly(0xfaL, 0xaaL);
    command(0xa7);
    assertThat(output()).isEmpty();
  }

  @Test
  void statusTellsCommandFromData() {
    command(0xaa);
    assertThat(i8042.read(COMMAND, 1) & 0x0d).isEqualTo(0x0d);
    data(0xf4);
    assertThat(i8042.read(COMMAND, 1) & 0x08).isZero();
  }

  @Test
  void ctrlAltDelIsPressedWithAnInterruptForEachByte() {
    assertThat(i8042.pressCtrlAltDel()).isTrue();
    assertThat(interrupts).isEqualTo(1);
    assertThat(output()).containsExactly(0x14L, 0x11L, 0xe0L, 0x71L);
    assertThat(interrupts).isEqualTo(4);
  }

  @Test
  void masksItsInterruptWhenToldTo() {
    command(0x60);
    data(0x04);
    i8042.pressCtrlAltDel();
    output();
    assertThat(interrupts).isZero();
  }

  @Test
  void outputIsBounded() {
    for (int i = 0; i < 4; i++) {
      assertThat(i8042.pressCtrlAltDel()).isTrue();
    }
    assertThat(i8042.pressCtrlAltDel()).isFalse();
    for (int i = 0; i < 1000; i++) {
      data(0xff);
    }
    assertThat(output()).hasSize(16);
  }

  @Test
  void otherPortsAndWidthsReadAsZeros() {
    i8042.pressCtrlAltDel();
    assertThat(i8042.read(1, 1)).isZero();
    assertThat(i8042.read(DATA, 2)).isZero();
    assertThat(i8042.read(DATA, 4)).isZero();
    i8042.write(COMMAND, 2, 0xfe);
    i8042.write(2, 1, 0xfe);
    assertThat(resets).isZero();
  }
}
