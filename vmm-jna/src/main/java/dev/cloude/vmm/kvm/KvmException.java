package dev.cloude.vmm.kvm;

/** A KVM that cannot be used as it is; single failed requests are {@code ErrnoException}s. */
public final class KvmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KvmException(String message) {
    super(message);
  }

  public KvmException(String message, Throwable cause) {
    super(message, cause);
  }
}
