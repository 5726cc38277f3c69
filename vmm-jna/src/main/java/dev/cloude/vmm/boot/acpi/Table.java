package dev.cloude.vmm.boot.acpi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A system description table: the common header of 36 bytes, a body, a checksum (ACPI 5.2.6). */
final class Table {
  static final int HEADER = 36;

  private static final String OEM = "CLOUDE";
  private static final String OEM_TABLE = "CLOUDEVM";

  private Table() {}

  static byte[] with(String signature, int revision, byte[] body) {
    ByteBuffer table = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
    table.put(ascii(signature));
    table.putInt(table.capacity());
    table.put((byte) revision);
    table.put((byte) 0);
    table.put(ascii(OEM));
    table.put(ascii(OEM_TABLE));
    table.putInt(1);
    table.put(ascii("CLDE"));
    table.putInt(1);
    table.put(body);
    table.put(9, checksum(table.array(), 0, table.capacity()));
    return table.array();
  }

  static byte[] oem() {
    return ascii(OEM);
  }

  /** The byte that makes the range's sum zero, while its own place still holds zero. */
  static byte checksum(byte[] bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += bytes[i];
    }
    return (byte) -sum;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
