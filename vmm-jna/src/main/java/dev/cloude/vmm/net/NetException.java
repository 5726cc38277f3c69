package dev.cloude.vmm.net;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;

/** Something that the host's network refused. The one error type of this package. */
public final class NetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What to do about it depends on this. */
  public enum Code {
    /** The kernel refused; {@link #errno} says why. */
    REFUSED,
    /** The interface is not there. */
    NO_SUCH_INTERFACE,
    /** The name is taken, or is that of an interface of another kind. */
    NAME_TAKEN,
    /** The TAP device is in use by another process. */
    BUSY,
    /** An address overlaps one that the host already has. */
    ADDRESS_CLASH,
    /** The kernel's answer did not come or was not understood. */
    PROTOCOL
  }

  private final Code code;
  private final int errno;

  NetException(Code code, String message) {
    super(message);
    this.code = code;
    this.errno = 0;
  }

  NetException(Code code, int errno, String message) {
    super(message);
    this.code = code;
    this.errno = errno;
  }

  /**
   * @param doing completes "Could not …"
   */
  static NetException refused(String doing, ErrnoException cause) {
    boolean permission = cause.errno() == Errno.EPERM || cause.errno() == Errno.EACCES;
    NetException e =
        new NetException(
            Code.REFUSED,
            cause.errno(),
            String.format(
                "Could not %s: %s%s",
                doing,
                cause.getMessage(),
                permission ? " Run as root or with CAP_NET_ADMIN." : ""));
    e.initCause(cause);
    return e;
  }

  public Code code() {
    return code;
  }

  /** The kernel's error number, 0 when it was not the kernel. */
  public int errno() {
    return errno;
  }
}
