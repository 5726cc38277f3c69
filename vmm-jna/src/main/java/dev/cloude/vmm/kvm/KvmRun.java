package dev.cloude.vmm.kvm;

import java.nio.ByteBuffer;

/**
 * The run structure that a vCPU shares with the kernel, read field by field without copying. Its
 * offsets are those of {@code struct kvm_run}; the mapping is larger and grows with the kernel.
 */
public final class KvmRun {
  public static final int EXIT_UNKNOWN = 0;
  public static final int EXIT_IO = 2;
  public static final int EXIT_DEBUG = 4;
  public static final int EXIT_HLT = 5;
  public static final int EXIT_MMIO = 6;
  public static final int EXIT_IRQ_WINDOW_OPEN = 7;
  public static final int EXIT_SHUTDOWN = 8;
  public static final int EXIT_FAIL_ENTRY = 9;
  public static final int EXIT_INTR = 10;
  public static final int EXIT_INTERNAL_ERROR = 17;
  public static final int EXIT_SYSTEM_EVENT = 24;

  public static final int SYSTEM_EVENT_SHUTDOWN = 1;
  public static final int SYSTEM_EVENT_RESET = 2;
  public static final int SYSTEM_EVENT_CRASH = 3;

  private static final int IMMEDIATE_EXIT = 1;
  private static final int EXIT_REASON = 8;
  private static final int UNION = 32;
  private static final int MMIO_DATA = UNION + 8;

  // SAFETY: the kernel alone writes the fields that are read here, the guest none of them; still
  // every index goes through the buffer's own check.
  private final ByteBuffer bytes;

  KvmRun(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** The next entry returns EINTR at once, as long as this is set. Any thread. */
  public void immediateExit(boolean wanted) {
    bytes.put(IMMEDIATE_EXIT, (byte) (wanted ? 1 : 0));
  }

  /** Why the last run returned 0; meaningless after EINTR. */
  public int exitReason() {
    return bytes.getInt(EXIT_REASON);
  }

  /** Port I/O: whether the guest writes. */
  public boolean ioIsOut() {
    return bytes.get(UNION) == 1;
  }

  /** Port I/O: bytes of one access: 1, 2 or 4. */
  public int ioWidth() {
    return bytes.get(UNION + 1);
  }

  public int ioPort() {
    return bytes.getShort(UNION + 2) & 0xffff;
  }

  /** Port I/O: accesses of a string instruction handed over at once; 1 otherwise. */
  public int ioCount() {
    return bytes.getInt(UNION + 4);
  }

  /** Port I/O: the {@code index}-th value the guest wrote. */
  public long ioData(int index) {
    return get(ioDataOffset(index), ioWidth());
  }

  /** Port I/O: answers the {@code index}-th read. */
  public void ioData(int index, long value) {
    put(ioDataOffset(index), ioWidth(), value);
  }

  public long mmioAddress() {
    return bytes.getLong(UNION);
  }

  /** Memory-mapped I/O: bytes of the access, 1 to 8. */
  public int mmioWidth() {
    return bytes.getInt(UNION + 16);
  }

  public boolean mmioIsWrite() {
    return bytes.get(UNION + 20) != 0;
  }

  /** Memory-mapped I/O: {@code width} bytes of what the guest wrote, from byte {@code from} on. */
  public long mmioData(int from, int width) {
    return get(MMIO_DATA + from, width);
  }

  /** Memory-mapped I/O: answers {@code width} bytes of a read, from byte {@code from} on. */
  public void mmioData(int from, int width, long value) {
    put(MMIO_DATA + from, width, value);
  }

  public long failEntryReason() {
    return bytes.getLong(UNION);
  }

  public int internalSuberror() {
    return bytes.getInt(UNION);
  }

  /** Internal error: one of up to 16 words that say more, 0 beyond those given. */
  public long internalData(int index) {
    return index < Math.min(16, bytes.getInt(UNION + 4)) ? bytes.getLong(UNION + 8 + 8 * index) : 0;
  }

  public int systemEventType() {
    return bytes.getInt(UNION);
  }

  private int ioDataOffset(int index) {
    return Math.toIntExact(bytes.getLong(UNION + 8)) + index * ioWidth();
  }

  private long get(int at, int width) {
    switch (width) {
      case 1:
        return bytes.get(at) & 0xffL;
      case 2:
        return bytes.getShort(at) & 0xffffL;
      case 4:
        return bytes.getInt(at) & 0xffff_ffffL;
      default:
        return bytes.getLong(at);
    }
  }

  private void put(int at, int width, long value) {
    switch (width) {
      case 1:
        bytes.put(at, (byte) value);
        break;
      case 2:
        bytes.putShort(at, (short) value);
        break;
      case 4:
        bytes.putInt(at, (int) value);
        break;
      default:
        bytes.putLong(at, value);
    }
  }
}
