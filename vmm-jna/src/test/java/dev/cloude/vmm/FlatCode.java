package dev.cloude.vmm;

import dev.cloude.vmm.boot.KernelFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Machine code of a guest without an operating system, in long mode, as the kernel of a bzImage.
 * Values go out by the serial port.
 */
final class FlatCode {
  /** Free RAM, far from the code. */
  static final long SCRATCH = 0x400000;

  private static final int COM1 = 0x3f8;

  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  Path writeTo(Path folder) throws IOException {
    return KernelFiles.write(folder, KernelFiles.bzImage(code.toByteArray()));
  }

  byte[] bytes() {
    return code.toByteArray();
  }

  FlatCode raw(int... octets) {
    for (int octet : octets) {
      code.write(octet);
    }
    return this;
  }

  FlatCode rax(long value) {
    return raw(0x48, 0xb8).number(value, 8);
  }

  FlatCode rcx(long value) {
    return raw(0x48, 0xb9).number(value, 8);
  }

  FlatCode rdx(long value) {
    return raw(0x48, 0xba).number(value, 8);
  }

  FlatCode rsi(long value) {
    return raw(0x48, 0xbe).number(value, 8);
  }

  FlatCode rdi(long value) {
    return raw(0x48, 0xbf).number(value, 8);
  }

  /** rax, ax or al to the port. */
  FlatCode out(int port, int width) {
    rdx(port);
    return width == 1 ? raw(0xee) : width == 2 ? raw(0x66, 0xef) : raw(0xef);
  }

  FlatCode out(int port, int width, long value) {
    return rax(value).out(port, width);
  }

  /** The port to eax, ax or al. */
  FlatCode in(int port, int width) {
    rdx(port);
    return width == 1 ? raw(0xec) : width == 2 ? raw(0x66, 0xed) : raw(0xed);
  }

  /** rax, eax, ax or al to memory. */
  FlatCode store(long address, int width) {
    rdi(address);
    return switch (width) {
      case 1 -> raw(0x88, 0x07);
      case 2 -> raw(0x66, 0x89, 0x07);
      case 4 -> raw(0x89, 0x07);
      default -> raw(0x48, 0x89, 0x07);
    };
  }

  FlatCode store(long address, int width, long value) {
    return rax(value).store(address, width);
  }

  /** Memory to rax, eax, ax or al. */
  FlatCode load(long address, int width) {
    rdi(address);
    return switch (width) {
      case 1 -> raw(0x8a, 0x07);
      case 2 -> raw(0x66, 0x8b, 0x07);
      case 4 -> raw(0x8b, 0x07);
      default -> raw(0x48, 0x8b, 0x07);
    };
  }

  /** All eight bytes of rax to the serial port. */
  FlatCode print() {
    return store(SCRATCH, 8).print(SCRATCH, 8);
  }

  /** Memory to the serial port, by one string instruction. */
  FlatCode print(long address, int length) {
    // rep outsb
    return rsi(address).rcx(length).rdx(COM1).raw(0xf3, 0x6e);
  }

  FlatCode print(String text) {
    for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
      out(COM1, 1, octet);
    }
    return this;
  }

  /** Switches the machine off by the power register. */
  FlatCode powerOff() {
    return out(0x600, 1, 0x34);
  }

  /** hlt, for ever. */
  FlatCode halt() {
    return raw(0xf4, 0xeb, 0xfd);
  }

  /** A jump to itself. */
  FlatCode spin() {
    return raw(0xeb, 0xfe);
  }

  /** An invalid instruction without an interrupt table. */
  FlatCode tripleFault() {
    // lidt [rdi]; ud2
    return rdi(SCRATCH + 0x1000).raw(0x0f, 0x01, 0x1f, 0x0f, 0x0b);
  }

  private FlatCode number(long value, int width) {
    for (int i = 0; i < width; i++) {
      code.write((int) (value >>> 8 * i));
    }
    return this;
  }
}
