package dev.cloude.vmm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Takes the ELF kernel out of a bzImage that was compressed with LZ4, as Debian's cloud kernel is.
 */
final class Vmlinux {
  private static final int LZ4_LEGACY = 0x184c2102;

  private Vmlinux() {}

  static Path extract(Path bzImage, Path to) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(bzImage)).order(ByteOrder.LITTLE_ENDIAN);
    int start = ((file.get(0x1f1) & 0xff) + 1) * 512 + file.getInt(0x248);
    // The last four bytes of the payload are the unpacked size.
    ByteBuffer payload = file.slice(start, file.getInt(0x24c) - 4).order(ByteOrder.LITTLE_ENDIAN);
    if (payload.getInt() != LZ4_LEGACY) {
      throw new IOException(bzImage + " is not compressed with LZ4");
    }
    ByteArrayOutputStream kernel = new ByteArrayOutputStream();
    while (payload.remaining() > 4) {
      int size = payload.getInt();
      kernel.writeBytes(block(payload.slice(payload.position(), size)));
      payload.position(payload.position() + size);
    }
    return Files.write(to, kernel.toByteArray());
  }

  // Sequences of literals and matches (LZ4 block format).
  private static byte[] block(ByteBuffer in) {
    byte[] out = new byte[8 << 20];
    int at = 0;
    while (in.hasRemaining()) {
      int token = in.get() & 0xff;
      int literals = length(in, token >> 4);
      in.get(out, at, literals);
      at += literals;
      if (in.hasRemaining()) {
        int distance = in.get() & 0xff | (in.get() & 0xff) << 8;
        int match = length(in, token & 15) + 4;
        for (int i = 0; i < match; i++, at++) {
          out[at] = out[at - distance];
        }
      }
    }
    return Arrays.copyOf(out, at);
  }

  private static int length(ByteBuffer in, int first) {
    int length = first;
    if (first == 15) {
      int more;
      do {
        more = in.get() & 0xff;
        length += more;
      } while (more == 255);
    }
    return length;
  }
}
