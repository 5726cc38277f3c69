package dev.cloude.vmm.libc;

/** A system call that failed, with the kernel's reason. The one error type of this package. */
public final class ErrnoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String call;

  /**
   * @param call what was asked of the kernel, such as {@code open(/dev/kvm)}
   * @param errno one of {@link Errno}
   */
  public ErrnoException(String call, int errno) {
    super(call + " failed: " + LibC.errorText(errno) + " (errno " + errno + ").");
    this.call = call;
    this.errno = errno;
  }

  /** The kernel's reason, one of {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** What was asked of the kernel. */
  public String call() {
    return call;
  }

  /** The same failure, told in the caller's words. */
  public ErrnoException as(String name) {
    ErrnoException named = new ErrnoException(name, errno);
    named.initCause(this);
    return named;
  }
}
