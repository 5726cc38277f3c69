package dev.cloude.vmm.boot.acpi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bit of AML that names devices and their resources (ACPI 6.5, chapters 6.4 and 20.2). */
final class Aml {
  private static final int NAME = 0x08;
  private static final int BYTE = 0x0a;
  private static final int WORD = 0x0b;
  private static final int DWORD = 0x0c;
  private static final int STRING = 0x0d;
  private static final int SCOPE = 0x10;
  private static final int BUFFER = 0x11;
  private static final int PACKAGE = 0x12;
  private static final int EXTENDED = 0x5b;
  private static final int DEVICE = 0x82;

  private Aml() {}

  /** Scope(path) { body } */
  static byte[] scope(String path, byte[]... body) {
    return bytes(new byte[] {SCOPE}, sized(concatenated(ascii(path), bytes(body))));
  }

  /** Device(name) { body } */
  static byte[] device(String name, byte[]... body) {
    return bytes(
        new byte[] {EXTENDED, (byte) DEVICE}, sized(concatenated(ascii(name), bytes(body))));
  }

  /** Name(name, value) */
  static byte[] name(String name, byte[] value) {
    return bytes(new byte[] {NAME}, ascii(name), value);
  }

  static byte[] string(String text) {
    return bytes(new byte[] {STRING}, ascii(text), new byte[] {0});
  }

  /** The shortest form of a number up to 32 bits. */
  static byte[] integer(long value) {
    if (value == 0 || value == 1) {
      return new byte[] {(byte) value};
    }
    if (value <= 0xff) {
      return bytes(new byte[] {BYTE}, little(value, 1));
    }
    return value <= 0xffff
        ? bytes(new byte[] {WORD}, little(value, 2))
        : bytes(new byte[] {DWORD}, little(value, 4));
  }

  /** Package { elements } */
  static byte[] pack(byte[]... elements) {
    byte[] body = concatenated(new byte[] {(byte) elements.length}, bytes(elements));
    return bytes(new byte[] {PACKAGE}, sized(body));
  }

  /** ResourceTemplate { resources }: a buffer with its end tag. */
  static byte[] resources(byte[]... resources) {
    byte[] content = concatenated(bytes(resources), new byte[] {0x79, 0});
    return bytes(new byte[] {BUFFER}, sized(concatenated(integer(content.length), content)));
  }

  /** Memory32Fixed(ReadWrite, base, length) */
  static byte[] memory32(long base, long length) {
    return bytes(new byte[] {(byte) 0x86, 9, 0, 1}, little(base, 4), little(length, 4));
  }

  /** IO(Decode16, port, port, 1, length) */
  static byte[] ports(int port, int length) {
    return bytes(
        new byte[] {0x47, 1}, little(port, 2), little(port, 2), new byte[] {1, (byte) length});
  }

  /** Interrupt(ResourceConsumer, Edge, ActiveHigh, Exclusive) { gsi } */
  static byte[] interrupt(int gsi) {
    return bytes(new byte[] {(byte) 0x89, 6, 0, 3, 1}, little(gsi, 4));
  }

  static byte[] bytes(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    return bytes(first, second);
  }

  // PkgLength counts itself. One byte up to 63; else the low 4 bits and 1 to 3 bytes more.
  private static byte[] sized(byte[] body) {
    if (body.length + 1 < 0x40) {
      return bytes(new byte[] {(byte) (body.length + 1)}, body);
    }
    int more = 1;
    while (body.length + 1 + more >= 1 << 4 + 8 * more) {
      more++;
    }
    int length = body.length + 1 + more;
    byte[] lead = {(byte) (more << 6 | length & 0xf)};
    return bytes(lead, little(length >> 4, more), body);
  }

  private static byte[] little(long value, int width) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = (byte) (value >>> 8 * i);
    }
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
