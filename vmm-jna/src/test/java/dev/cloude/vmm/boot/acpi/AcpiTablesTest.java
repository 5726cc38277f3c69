package dev.cloude.vmm.boot.acpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AcpiTablesTest {
  static final long RSDP = 0xe0000;
  static final long TABLES = 0xe0040;

  static AcpiMachine machine(int vcpus, int devices) {
    List<AcpiMachine.Window> windows =
        IntStream.range(0, devices)
            .mapToObj(i -> new AcpiMachine.Window(0xc0001000L + i * 0x1000, 0x1000, 5 + i))
            .toList();
    return new AcpiMachine(
        vcpus,
        0xfee00000L,
        0xfec00000L,
        new AcpiMachine.Ports(0x600, 0x601, 0x602),
        new AcpiMachine.Legacy(0x3f8, 4),
        new AcpiMachine.Legacy(0x60, 1),
        windows);
  }

  private static ByteBuffer at(AcpiTables.Placed placed, long address, String signature) {
    int offset = (int) (address - TABLES);
    ByteBuffer all = ByteBuffer.wrap(placed.tables()).order(ByteOrder.LITTLE_ENDIAN);
    int length = all.getInt(offset + 4);
    ByteBuffer table = all.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(text(table, 0, 4)).isEqualTo(signature);
    assertThat(sum(table, 0, length)).isZero();
    assertThat(address % 16).isZero();
    return table;
  }

  private static String text(ByteBuffer buffer, int at, int length) {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static int sum(ByteBuffer buffer, int from, int to) {
    return IntStream.range(from, to).map(i -> buffer.get(i)).sum() & 0xff;
  }

  @Property(tries = 60)
  void tablesPointToEachOtherWithRightChecksums(
      @ForAll @IntRange(min = 1, max = 32) int vcpus, @ForAll @IntRange(max = 19) int devices) {
    AcpiTables.Placed placed = AcpiTables.place(machine(vcpus, devices), RSDP, TABLES);
    ByteBuffer rsdp = ByteBuffer.wrap(placed.rsdp()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(text(rsdp, 0, 8)).isEqualTo("RSD PTR ");
    assertThat(sum(rsdp, 0, 20)).isZero();
    assertThat(sum(rsdp, 0, 36)).isZero();
    assertThat(rsdp.get(15)).isEqualTo((byte) 2);
    assertThat(TABLES + placed.tables().length).isLessThan(0x100000);

    ByteBuffer xsdt = at(placed, rsdp.getLong(24), "XSDT");
    assertThat(xsdt.capacity()).isEqualTo(36 + 16);
    ByteBuffer fadt = at(placed, xsdt.getLong(36), "FACP");
    ByteBuffer madt = at(placed, xsdt.getLong(44), "APIC");
    ByteBuffer dsdt = at(placed, fadt.getLong(140), "DSDT");
    assertThat(fadt.getInt(40)).isEqualTo((int) fadt.getLong(140));

    assertThat(madt.getInt(36)).isEqualTo(0xfee00000);
    assertThat(madt.get(44)).isEqualTo((byte) 1);
    assertThat(madt.getInt(48)).isEqualTo(0xfec00000);
    List<Integer> processors = new ArrayList<>();
    for (int i = 56; i < madt.capacity(); i += madt.get(i + 1)) {
      assertThat(madt.get(i)).isZero();
      assertThat(madt.getInt(i + 4)).isEqualTo(1);
      processors.add((int) madt.get(i + 3));
    }
    assertThat(processors).isEqualTo(IntStream.range(0, vcpus).boxed().toList());
    assertThat(occurrences(dsdt, "LNRO0005")).isEqualTo(devices);
  }

  private static int occurrences(ByteBuffer table, String text) {
    return text(table, 0, table.capacity()).split(text, -1).length - 1;
  }

  @Test
  void fixedTableIsHardwareReducedWithPowerRegisters() {
    AcpiTables.Placed placed = AcpiTables.place(machine(1, 0), RSDP, TABLES);
    long xsdt = ByteBuffer.wrap(placed.rsdp()).order(ByteOrder.LITTLE_ENDIAN).getLong(24);
    ByteBuffer fadt = at(placed, at(placed, xsdt, "XSDT").getLong(36), "FACP");
    assertThat(fadt.capacity()).isEqualTo(276);
    assertThat(fadt.getInt(112) & (1 << 20 | 1 << 10)).isEqualTo(1 << 20 | 1 << 10);
    assertThat(fadt.getShort(109)).as("i8042, no VGA, no RTC").isEqualTo((short) 0b100110);
    assertThat(fadt.getLong(116 + 4)).isEqualTo(0x602);
    assertThat(fadt.get(128)).isEqualTo((byte) 1);
    assertThat(fadt.getLong(244 + 4)).isEqualTo(0x600);
    assertThat(fadt.getLong(256 + 4)).isEqualTo(0x601);
    for (int register : new int[] {116, 244, 256}) {
      assertThat(fadt.getInt(register)).as("I/O, 8 bits, byte access").isEqualTo(0x01000801);
    }
  }

  @Test
  void unalignedPlacesAreRefused() {
    assertThatThrownBy(() -> AcpiTables.place(machine(1, 0), RSDP + 8, TABLES))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lengthsBeyondOneByteAreEncodedAsTheStandardSays() {
    assertThat(Aml.pack(new byte[60])).startsWith(0x12, 62);
    assertThat(Aml.pack(new byte[61])).startsWith(0x12, 63);
    assertThat(Aml.pack(new byte[62])).startsWith(0x12, 0x41, 4);
    assertThat(Aml.pack(new byte[4092])).startsWith(0x12, 0x4f, 0xff);
    assertThat(Aml.pack(new byte[4093])).startsWith(0x12, 0x80 | 1, 0, 1);
    assertThat(Aml.integer(0)).containsExactly(0);
    assertThat(Aml.integer(2)).containsExactly(0x0a, 2);
    assertThat(Aml.integer(0x1234)).containsExactly(0x0b, 0x34, 0x12);
    assertThat(Aml.integer(0xc0001000L)).containsExactly(0x0c, 0, 0x10, 0, 0xc0);
  }
}
