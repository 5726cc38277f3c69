package dev.cloude.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SerialTest {
  private static final int IER = 1;
  private static final int IIR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private int interrupts;
  private final Serial serial = new Serial(sent::write, () -> interrupts++);

  private long read(int register) {
    return serial.read(register, 1);
  }

  private void write(int register, int value) {
    serial.write(register, 1, value);
  }

  @Test
  void sendsBytesAndIsAlwaysReadyForMore() {
    write(0, 'h');
    write(0, 'i');
    assertThat(sent).hasToString("hi");
    assertThat(read(LSR)).isEqualTo(0x60);
    assertThat(interrupts).isZero();
  }

  @Test
  void transmitterInterruptIsRaisedWhenEnabledAndAfterEachByte() {
    assertThat(read(IIR)).isEqualTo(1);
    write(IER, 2);
    assertThat(interrupts).isEqualTo(1);
    assertThat(read(IIR)).as("transmitter empty").isEqualTo(2);
    assertThat(read(IIR)).as("gone once read").isEqualTo(1);
    write(0, 'x');
    assertThat(interrupts).isEqualTo(2);
    assertThat(read(IIR)).isEqualTo(2);
    write(IER, 2);
    assertThat(interrupts).as("enabled already").isEqualTo(2);
    write(0, 'x');
    write(IER, 0);
    assertThat(read(IIR)).as("disabled").isEqualTo(1);
    write(IER, 2);
    assertThat(read(IIR)).as("enabled anew").isEqualTo(2);
  }

  @Test
  void linuxFindsA16550A() {
    write(IER, 0);
    assertThat(read(IER)).isZero();
    write(IER, 0x0f);
    assertThat(read(IER)).isEqualTo(0x0f);
    write(SCR, 0xa5);
    assertThat(read(SCR)).isEqualTo(0xa5);
    write(MCR, 0x1a);
    assertThat(read(MSR) & 0xf0).as("loop: RTS and OUT2 come back as CTS and DCD").isEqualTo(0x90);
    write(MCR, 0x08);
    assertThat(read(MSR)).isEqualTo(0xb0);
    write(IIR, 1);
    assertThat(read(IIR) >> 6).as("FIFOs").isEqualTo(3);
    write(IIR, 0);
    assertThat(read(IIR) >> 6).isZero();
  }

  @Test
  void divisorHidesDataAndInterruptRegisters() {
    write(LCR, 0x83);
    write(0, 0x34);
    write(IER, 0x12);
    assertThat(read(0)).isEqualTo(0x34);
    assertThat(read(IER)).isEqualTo(0x12);
    assertThat(sent.size()).isZero();
    write(LCR, 0x03);
    assertThat(read(IER)).isZero();
    assertThat(read(LCR)).isEqualTo(3);
  }

  @Test
  void loopModeReturnsTheByteAndSendsNothing() {
    write(MCR, 0x10);
    write(0, 0x5a);
    assertThat(read(LSR)).isEqualTo(0x61);
    assertThat(read(0)).isEqualTo(0x5a);
    assertThat(read(LSR)).isEqualTo(0x60);
    assertThat(sent.size()).isZero();
  }

  @Property
  void anyAccessAnswersAByte(
      @ForAll @IntRange(max = 7) int register,
      @ForAll @IntRange(max = 255) int value,
      @ForAll boolean wide) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Serial fresh = new Serial(out::write, () -> {});
    fresh.write(register, wide ? 4 : 1, value);
    assertThat(fresh.read(register, 1)).isBetween(0L, 255L);
    assertThat(fresh.read(register, 2)).isZero();
    assertThat(out.size()).isEqualTo(register == 0 && !wide ? 1 : 0);
  }
}
