package dev.cloude.bench.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A guest of a few 64-bit instructions without an operating system, as an ELF file with one segment
 * that is entered at its first byte, in long mode, interrupts off.
 */
public final class FlatGuest {
  /** Where the guest is loaded and entered. */
  public static final long ADDRESS = 0x100000;

  /** A port that no device of the machine claims. */
  public static final int UNCLAIMED_PORT = 0xf4;

  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int CODE_OFFSET = FILE_HEADER + PROGRAM_HEADER;
  private static final short ET_EXEC = 2;
  private static final short EM_X86_64 = 62;
  private static final int PT_LOAD = 1;
  private static final int READ_EXECUTE = 5;

  private final byte[] code;

  private FlatGuest(byte[] code) {
    this.code = code;
  }

  /**
   * Writes {@code count} times to {@link #UNCLAIMED_PORT}, then resets the machine by its i8042.
   *
   * @param count at least 1
   */
  public static FlatGuest portWrites(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("A guest writes to its port at least once, not " + count);
    }
    ByteBuffer code = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    code.put((byte) 0xb9).putInt(count); // mov ecx, count
    code.putShort((short) 0xba66).putShort((short) UNCLAIMED_PORT); // mov dx, port
    code.put((byte) 0xee); // 1: out dx, al
    code.put((byte) 0xff).put((byte) 0xc9); // dec ecx
    code.put((byte) 0x75).put((byte) 0xfb); // jnz 1b
    code.put((byte) 0xb0).put((byte) 0xfe); // mov al, 0xfe
    code.put((byte) 0xe6).put((byte) 0x64); // out 0x64, al
    code.put((byte) 0xfa).put((byte) 0xf4); // cli; 2: hlt
    code.put((byte) 0xeb).put((byte) 0xfd); // jmp 2b
    return new FlatGuest(code.array());
  }

  /** Writes once to {@link #UNCLAIMED_PORT}, then halts for ever with interrupts off. */
  public static FlatGuest idle() {
    ByteBuffer code = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
    code.putShort((short) 0xba66).putShort((short) UNCLAIMED_PORT); // mov dx, port
    code.put((byte) 0xee); // out dx, al
    code.put((byte) 0xfa).put((byte) 0xf4); // cli; 1: hlt
    code.put((byte) 0xeb).put((byte) 0xfd); // jmp 1b
    return new FlatGuest(code.array());
  }

  /** Writes the ELF file and returns its path. */
  public Path write(Path file) {
    try {
      return Files.write(file, elf());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the guest to " + file, e);
    }
  }

  byte[] elf() {
    ByteBuffer elf = ByteBuffer.allocate(CODE_OFFSET + code.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    elf.putShort(ET_EXEC).putShort(EM_X86_64).putInt(1);
    elf.putLong(ADDRESS).putLong(FILE_HEADER).putLong(0).putInt(0);
    elf.putShort((short) FILE_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
    elf.position(FILE_HEADER);
    elf.putInt(PT_LOAD).putInt(READ_EXECUTE).putLong(CODE_OFFSET);
    elf.putLong(ADDRESS).putLong(ADDRESS).putLong(code.length).putLong(code.length).putLong(1);
    elf.put(code);
    return elf.array();
  }
}
