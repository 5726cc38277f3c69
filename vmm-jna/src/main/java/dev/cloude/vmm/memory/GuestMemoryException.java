package dev.cloude.vmm.memory;

/** A guest address, or a size of guest memory, that is not there to be had. */
public final class GuestMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GuestMemoryException(String message) {
    super(message);
  }

  public GuestMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
