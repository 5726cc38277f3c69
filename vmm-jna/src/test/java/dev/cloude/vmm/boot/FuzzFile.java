package dev.cloude.vmm.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file that holds, input after input, what is to be loaded; gone with the JVM. */
final class FuzzFile {
  private final Path path;
  private final FileChannel channel;

  FuzzFile() {
    try {
      path = Files.createTempFile("fuzz", "");
      path.toFile().deleteOnExit();
      channel = FileChannel.open(path, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file, with this content. */
  Path with(byte[] content) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(content), 0);
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
