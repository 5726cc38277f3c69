package dev.cloude.vmm;

/** A VM that could not be started, or not be brought to its end. The message says what to do. */
public final class VmmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of thing is wrong. */
  public enum Code {
    /** A value of the configuration is out of its range. */
    CONFIG,
    /** Kernel, initramfs or command line cannot be booted. */
    BOOT,
    /** No guest memory to be had. */
    MEMORY,
    /** /dev/kvm is missing, forbidden, or failed. */
    KVM,
    /** A TAP device or another device cannot be set up. */
    DEVICE,
    /** Something is still running that should have ended. */
    STOP,
    /** The process that the VM was to live in cannot be started, or does not answer as it must. */
    PROCESS
  }

  private final Code code;

  public VmmException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public VmmException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
