package dev.cloude.vmm.boot;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.charset.StandardCharsets;

/** The kernel's command line in guest RAM. */
final class CommandLine {
  private CommandLine() {}

  /**
   * Writes {@code text} with its final zero.
   *
   * @param limit characters the kernel takes
   * @return bytes written, the zero not counted
   */
  static int write(GuestMemory memory, String text, int limit) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limit) {
      throw new BootException(
          BootException.Code.COMMAND_LINE,
          "The kernel command line has "
              + bytes.length
              + " bytes; this kernel takes at most "
              + limit
              + ".");
    }
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\t') {
        throw new BootException(
            BootException.Code.COMMAND_LINE,
            "The kernel command line holds the control character " + b + "; use plain text.");
      }
    }
    memory.write(GuestLayout.COMMAND_LINE, bytes);
    memory.writeU8(GuestLayout.COMMAND_LINE + bytes.length, 0);
    return bytes.length;
  }
}
