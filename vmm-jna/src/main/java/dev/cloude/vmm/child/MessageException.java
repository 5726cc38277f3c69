package dev.cloude.vmm.child;

import java.io.IOException;

/** Bytes that are no message. The text says what is wrong, as the end of a sentence. */
final class MessageException extends IOException {
  private static final long serialVersionUID = 1L;

  MessageException(String what) {
    super(what);
  }
}
