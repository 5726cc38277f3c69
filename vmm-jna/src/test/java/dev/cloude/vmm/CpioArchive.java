package dev.cloude.vmm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes an initramfs in cpio's newc format: folders, files, nothing else. */
final class CpioArchive {
  private static final int FOLDER = 0040755;
  private static final int PROGRAM = 0100755;
  private static final int CONSOLE = 0020600;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int inode;

  CpioArchive folder(String name) {
    return entry(name, FOLDER, new byte[0], 0, 0);
  }

  CpioArchive file(String name, byte[] content) {
    return entry(name, PROGRAM, content, 0, 0);
  }

  CpioArchive file(String name, Path content) throws IOException {
    return file(name, Files.readAllBytes(content));
  }

  /** The node that the kernel opens for init's standard streams. */
  CpioArchive console() {
    return entry("dev/console", CONSOLE, new byte[0], 5, 1);
  }

  Path writeTo(Path file) throws IOException {
    entry("TRAILER!!!", 0, new byte[0], 0, 0);
    return Files.write(file, bytes.toByteArray());
  }

  private CpioArchive entry(String name, int mode, byte[] content, int major, int minor) {
    byte[] path = (name + "\0").getBytes(StandardCharsets.US_ASCII);
    int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, path.length, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format("%08X", field));
    }
    bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(path);
    pad();
    bytes.writeBytes(content);
    pad();
    return this;
  }

  private void pad() {
    while (bytes.size() % 4 != 0) {
      bytes.write(0);
    }
  }
}
