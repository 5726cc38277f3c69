package dev.cloude.vmm.virtio.vsock;

/** The values of a packet's field {@code op} (virtio 1.2, section 5.10.6). */
final class Operation {
  static final int REQUEST = 1;
  static final int RESPONSE = 2;
  static final int RST = 3;
  static final int SHUTDOWN = 4;
  static final int RW = 5;
  static final int CREDIT_UPDATE = 6;
  static final int CREDIT_REQUEST = 7;

  /** Flags of {@link #SHUTDOWN}: its sender will receive, or send, no more. */
  static final int SHUTDOWN_RECEIVE = 1;

  static final int SHUTDOWN_SEND = 2;
  static final int SHUTDOWN_BOTH = SHUTDOWN_RECEIVE | SHUTDOWN_SEND;

  private Operation() {}
}
