package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * The right to build one image, among all processes on one host. The system gives it back when its
 * holder dies. The lock file stays: removing it would let two holders in.
 */
final class ImageLock implements AutoCloseable {
  private static final byte[] MARK = (ImageMeta.BUILDER + "\n").getBytes(StandardCharsets.US_ASCII);

  private final FileChannel channel;

  private ImageLock(FileChannel channel) throws IOException {
    this.channel = channel;
    if (channel.size() == 0) {
      channel.write(ByteBuffer.wrap(MARK));
    }
  }

  /** Whether a lock file was made by this builder. */
  static boolean isOurs(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == MARK.length
          && Arrays.equals(Files.readAllBytes(file), MARK);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** Takes the lock; waits as long as another builder has it. */
  static ImageLock lock(Path file, Runnable onWait) throws ImageException {
    Optional<ImageLock> free = tryLock(file);
    if (free.isPresent()) {
      return free.get();
    }
    onWait.run();
    FileChannel channel = open(file);
    try {
      channel.lock();
      return new ImageLock(channel);
    } catch (IOException | OverlappingFileLockException e) {
      throw failed(file, channel, e);
    }
  }

  /** Takes the lock unless another builder has it. */
  static Optional<ImageLock> tryLock(Path file) throws ImageException {
    FileChannel channel = open(file);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new ImageLock(channel));
      }
      channel.close();
      return Optional.empty();
    } catch (OverlappingFileLockException heldHere) {
      close(channel, heldHere);
      return Optional.empty();
    } catch (IOException e) {
      throw failed(file, channel, e);
    }
  }

  private static FileChannel open(Path file) throws ImageException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT,
          "The lock file %s cannot be opened (%s); make its folder writable, or choose another --output."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static ImageException failed(Path file, FileChannel channel, Exception e) {
    close(channel, e);
    return new ImageException(
        ImageException.Code.OUTPUT,
        "%s cannot be locked (%s); choose an --output on a file system that has locks."
            .formatted(file, e.getMessage()),
        e);
  }

  private static void close(FileChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** Gives the lock back; closing the channel does it. */
  @Override
  public void close() throws ImageException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT, "A lock could not be given back: " + e.getMessage(), e);
    }
  }
}
