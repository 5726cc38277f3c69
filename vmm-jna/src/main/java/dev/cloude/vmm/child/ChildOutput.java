package dev.cloude.vmm.child;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.libc.OwnProcess;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The pipe that was this process's standard output. A JVM that dies says so on descriptor 1, which
 * is why messages need another.
 */
final class ChildOutput extends OutputStream {
  private final FileHandle handle;

  /** Guarded by this. */
  private final NativeBlock buffer = new NativeBlock(MessageWriter.MAX_BYTES);

  private ChildOutput(FileHandle handle) {
    this.handle = handle;
  }

  /** Takes standard output away from everybody else. Once in a process. */
  static ChildOutput take() {
    return new ChildOutput(OwnProcess.takeStandardOutput());
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part = (int) Math.min(length - done, buffer.size());
      buffer.bytes().put(0, bytes, offset + done, part);
      try {
        done += (int) LibC.write(handle.fd(), buffer.address(), part);
      } catch (ErrnoException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
