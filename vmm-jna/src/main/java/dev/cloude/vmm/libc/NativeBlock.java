package dev.cloude.vmm.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A zeroed block of native memory for the structures handed to system calls. Freed by {@link
 * #close} or, failing that, by the collector once nothing refers to the block.
 */
public final class NativeBlock implements AutoCloseable {
  private final Memory memory;
  private final ByteBuffer bytes;

  public NativeBlock(long size) {
    memory = new Memory(size);
    memory.clear();
    bytes = memory.getByteBuffer(0, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Address of the first byte; valid as long as this block is reachable and open. */
  public long address() {
    return Pointer.nativeValue(memory);
  }

  public long size() {
    return bytes.capacity();
  }

  /** The block's bytes, little-endian, always the same buffer: use absolute gets and puts. */
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    memory.close();
  }
}
