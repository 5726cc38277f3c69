package dev.cloude.vmm.virtio;

/** What a driver did that its device cannot go on from. The one error type of this package. */
public final class VirtioException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The rule that was broken. */
  public enum Code {
    /** A ring's size is no power of two up to the maximum. */
    QUEUE_SIZE,
    /** A ring is not aligned, or not in RAM with its whole length. */
    QUEUE_ADDRESS,
    /** The available index ran further ahead than the ring is long. */
    AVAILABLE_INDEX,
    /** A descriptor index is past the table. */
    DESCRIPTOR_INDEX,
    /** A chain has more descriptors than the table: it loops. */
    DESCRIPTOR_LOOP,
    /** A descriptor's flags are not allowed where it stands. */
    DESCRIPTOR_FLAGS,
    /** A buffer is not in RAM with its whole length. */
    BUFFER_ADDRESS,
    /** A chain is too short, too long or in the wrong direction for this queue. */
    BUFFER_SHAPE,
    /** The host's kernel, which serves the queues, could not use one of them. */
    KERNEL
  }

  private final Code code;

  public VirtioException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
