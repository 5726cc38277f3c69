package dev.cloude.vmm.virtio;

/**
 * What is behind a transport: a device type with its queues. The transport calls it under one lock,
 * from vCPU threads ({@link #activate}, {@link #reset}, configuration) and from the device loop
 * (the rest), so implementations need no lock of their own. Every call must return soon: work in
 * bursts and ask for another turn by {@link #delayNanos}.
 *
 * <p>A {@link VirtioException} from any of the calls means that the driver broke a rule: the device
 * fails and waits for a reset.
 */
public interface VirtioDevice extends AutoCloseable {
  /** The largest size of each queue. */
  int MAX_QUEUE_SIZE = 256;

  /** Device type (virtio 1.2, section 5): 1 network, 2 block, 4 entropy, 19 socket. */
  int deviceId();

  int queueCount();

  /** Feature bits offered, without those of the transport. */
  long features();

  /** One byte of the configuration space; 0 past its end. */
  int configByte(int offset);

  /**
   * The driver is ready.
   *
   * @param features what the driver acknowledged
   * @param queues one per index; null where the driver set up none
   */
  void activate(long features, Virtqueue[] queues);

  /** Back to the initial state; queues must not be touched afterwards. Idempotent. */
  void reset();

  /** The driver kicked queue {@code index}, or the device has just been activated. */
  void queueKicked(int index);

  /** A descriptor that the loop should watch for input, fixed for life; −1 for none. */
  default int pollFd() {
    return -1;
  }

  /**
   * Whether {@link #pollFd} should be watched now. Asked after every call: derive it from state.
   */
  default boolean wantsPoll() {
    return false;
  }

  /** {@link #pollFd} is readable, or in error. */
  default void pollReady() {}

  /**
   * Nanoseconds until {@link #resume} should be called: 0 at once, {@link Long#MAX_VALUE} never.
   * Asked after every call: derive it from state.
   */
  default long delayNanos() {
    return Long.MAX_VALUE;
  }

  /** The time given by {@link #delayNanos} has come: go on where work was left. */
  default void resume() {}

  @Override
  void close();
}
