package dev.cloude.vmm.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file that holds, input after input, what is to be loaded; gone with the JVM. In memory where
 * the host has room for files there: cutting one short on a disk costs more than a whole input.
 */
final class FuzzFile {
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private final Path path;
  private final FileChannel channel;
  private int length;

  FuzzFile() {
    try {
      path =
          Files.isWritable(IN_MEMORY)
              ? Files.createTempFile(IN_MEMORY, "fuzz", "")
              : Files.createTempFile("fuzz", "");
      path.toFile().deleteOnExit();
      channel = FileChannel.open(path, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file, with this content. */
  Path with(byte[] content) {
    try {
      channel.write(ByteBuffer.wrap(content), 0);
      if (content.length < length) {
        channel.truncate(content.length);
      }
      length = content.length;
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
