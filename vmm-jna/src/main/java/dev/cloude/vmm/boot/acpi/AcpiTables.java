package dev.cloude.vmm.boot.acpi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * All tables of a hardware-reduced machine (ACPI 6.5, section 4.1): RSDP → XSDT → FADT and MADT,
 * FADT → DSDT.
 */
public final class AcpiTables {
  private static final int FADT_LENGTH = 276;
  private static final int FADT_MAJOR = 6;
  private static final int FADT_MINOR = 5;
  // Boot architecture: the i8042 is there; no VGA, no real-time clock.
  private static final int BOOT_8042 = 1 << 1;
  private static final int BOOT_NO_VGA = 1 << 2;
  private static final int BOOT_NO_RTC = 1 << 5;
  private static final int WBINVD = 1;
  private static final int POWER_BUTTON_NOT_FIXED = 1 << 4;
  private static final int SLEEP_BUTTON_NOT_FIXED = 1 << 5;
  private static final int RESET_REGISTER = 1 << 10;
  private static final int HW_REDUCED = 1 << 20;
  private static final int NO_C2 = 101;
  private static final int NO_C3 = 1001;
  private static final int ALIGNMENT = 16;

  private AcpiTables() {}

  /**
   * @param rsdp 36 bytes, for the address given
   * @param tables all others, one after another, for the address given
   */
  public record Placed(byte[] rsdp, byte[] tables) {}

  /**
   * Makes the tables for the places where they will lie.
   *
   * @param rsdpAddress 16-byte aligned, between 0xe0000 and 0xfffff so that a scan finds it
   * @param tablesAddress 16-byte aligned, below 4 GiB
   */
  public static Placed place(AcpiMachine machine, long rsdpAddress, long tablesAddress) {
    if (rsdpAddress % ALIGNMENT != 0 || tablesAddress % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          String.format(
              "ACPI tables at 0x%x and 0x%x are not aligned to 16.", rsdpAddress, tablesAddress));
    }
    byte[] dsdt = aligned(Dsdt.table(machine));
    byte[] fadt = aligned(fadt(machine.ports(), tablesAddress));
    byte[] madt = aligned(madt(machine));
    long fadtAddress = tablesAddress + dsdt.length;
    long madtAddress = fadtAddress + fadt.length;
    long xsdtAddress = madtAddress + madt.length;
    ByteBuffer pointers = little(16).putLong(fadtAddress).putLong(madtAddress);
    byte[] xsdt = Table.with("XSDT", 1, pointers.array());
    return new Placed(rsdp(xsdtAddress), Aml.bytes(dsdt, fadt, madt, xsdt));
  }

  private static byte[] rsdp(long xsdt) {
    ByteBuffer rsdp = little(36);
    rsdp.put("RSD PTR ".getBytes(StandardCharsets.US_ASCII));
    rsdp.put(9, Table.oem()).put(15, (byte) 2).putInt(20, 36).putLong(24, xsdt);
    rsdp.put(8, Table.checksum(rsdp.array(), 0, 20));
    rsdp.put(32, Table.checksum(rsdp.array(), 0, 36));
    return rsdp.array();
  }

  // Offsets are those of the whole table (ACPI 6.5, table 5.9).
  private static byte[] fadt(AcpiMachine.Ports ports, long dsdt) {
    ByteBuffer body = little(FADT_LENGTH - Table.HEADER);
    body.putInt(40 - Table.HEADER, (int) dsdt);
    body.putShort(96 - Table.HEADER, (short) NO_C2).putShort(98 - Table.HEADER, (short) NO_C3);
    body.putShort(109 - Table.HEADER, (short) (BOOT_8042 | BOOT_NO_VGA | BOOT_NO_RTC));
    body.putInt(
        112 - Table.HEADER,
        WBINVD | POWER_BUTTON_NOT_FIXED | SLEEP_BUTTON_NOT_FIXED | RESET_REGISTER | HW_REDUCED);
    bytePort(body, 116, ports.reset());
    body.put(128 - Table.HEADER, (byte) AcpiMachine.RESET_VALUE);
    body.put(131 - Table.HEADER, (byte) FADT_MINOR);
    body.putLong(140 - Table.HEADER, dsdt);
    bytePort(body, 244, ports.sleepControl());
    bytePort(body, 256, ports.sleepStatus());
    return Table.with("FACP", FADT_MAJOR, body.array());
  }

  // Generic address: I/O space, 8 bits, offset 0, byte access.
  private static void bytePort(ByteBuffer body, int offset, int port) {
    int at = offset - Table.HEADER;
    body.put(at, (byte) 1).put(at + 1, (byte) 8).put(at + 3, (byte) 1).putLong(at + 4, port);
  }

  private static byte[] madt(AcpiMachine machine) {
    ByteBuffer body = little(8 + 12 + 8 * machine.vcpus());
    body.putInt((int) machine.localApic()).putInt(0);
    body.put((byte) 1).put((byte) 12).put((byte) 0).put((byte) 0);
    body.putInt((int) machine.ioApic()).putInt(0);
    for (int i = 0; i < machine.vcpus(); i++) {
      body.put((byte) 0).put((byte) 8).put((byte) i).put((byte) i).putInt(1);
    }
    return Table.with("APIC", 6, body.array());
  }

  private static byte[] aligned(byte[] table) {
    return Arrays.copyOf(table, (table.length + ALIGNMENT - 1) & -ALIGNMENT);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
