package dev.cloude.vmm.boot;

/** A guest that cannot be booted as asked; found before its first instruction. */
public final class BootException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Code {
    /** A file cannot be opened or read. */
    UNREADABLE,
    /** Neither bzImage nor ELF, or damaged. */
    KERNEL_FORMAT,
    /** The file ends before what its header promises. */
    KERNEL_TRUNCATED,
    /** No 64-bit entry, or not the one asked for. */
    KERNEL_ENTRY,
    /** Parts of the kernel overlap each other or what the machine needs for itself. */
    KERNEL_OVERLAP,
    /** The kernel needs more RAM than the guest has. */
    MEMORY_TOO_SMALL,
    /** The initramfs does not fit above the kernel. */
    INITRD_TOO_LARGE,
    /** Empty, or it shrank while it was read. */
    INITRD_INVALID,
    /** Longer than the kernel takes, or not plain text. */
    COMMAND_LINE
  }

  private final Code code;

  public BootException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public BootException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
