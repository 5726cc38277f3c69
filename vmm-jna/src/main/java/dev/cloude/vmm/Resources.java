package dev.cloude.vmm;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, in reverse order, all of it, failures collected on the first. */
final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    RuntimeException first = closeAll();
    if (first != null) {
      throw first;
    }
  }

  /** Closes all because of {@code cause}, onto which failures go. */
  void closeAfter(Throwable cause) {
    RuntimeException failure = closeAll();
    if (failure != null) {
      cause.addSuppressed(failure);
    }
  }

  private RuntimeException closeAll() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first =
              new VmmException(VmmException.Code.STOP, "Closing a VM failed: " + e.getMessage(), e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }
}
