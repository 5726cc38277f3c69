package dev.cloude.vmm.boot;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A kernel or initramfs file, read or mapped straight into guest RAM without a copy on the heap.
 */
final class ImageFile implements AutoCloseable {
  private static final int STEP = 1 << 30;
  // Less than a huge page is not worth one.
  private static final int HUGE = 2 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;

  ImageFile(Path path) {
    this.path = path;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      size = channel.size();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  Path path() {
    return path;
  }

  /** Bytes in the file when it was opened. */
  long size() {
    return size;
  }

  /** A little-endian copy of the file's range, cut at the end of the file. */
  ByteBuffer head(long position, int length) {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.max(0, Math.min(length, size - position)))
            .order(ByteOrder.LITTLE_ENDIAN);
    fill(bytes, position);
    return bytes.flip();
  }

  /**
   * Reads a range of the file into RAM. The caller has checked that it lies inside both.
   *
   * @return false when the file ended early
   */
  boolean readInto(GuestMemory memory, long address, long position, long length) {
    if (length >= HUGE) {
      memory.preferHugePages(address, length);
    }
    long done = 0;
    while (done < length) {
      int step = (int) Math.min(STEP, length - done);
      if (!fill(memory.view(address + done, step), position + done)) {
        return false;
      }
      done += step;
    }
    return true;
  }

  /**
   * As {@link #readInto}, but maps the file's whole pages: they come when the guest touches them.
   * Reads all of it where that cannot be done.
   */
  boolean mapInto(GuestMemory memory, long address, long position, long length) {
    long whole = length & -GuestMemory.PAGE;
    if (whole == 0 || ((address | position) & (GuestMemory.PAGE - 1)) != 0) {
      return readInto(memory, address, position, length);
    }
    try (FileHandle file =
        new FileHandle(LibC.open(path.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC))) {
      // Not another file that has taken its place meanwhile.
      if (LibC.end(file.fd()) != size) {
        return readInto(memory, address, position, length);
      }
      memory.mapFile(address, whole, file.fd(), position);
    } catch (ErrnoException e) {
      return readInto(memory, address, position, length);
    }
    return readInto(memory, address + whole, position + whole, length - whole);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private boolean fill(ByteBuffer target, long position) {
    try {
      long at = position;
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          return false;
        }
        at += count;
      }
      return true;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private BootException unreadable(IOException e) {
    return new BootException(
        BootException.Code.UNREADABLE, "Cannot read " + path + ": " + reason(e) + ".", e);
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
  }
}
