package dev.cloude.vmm.virtio;

/**
 * How far a driver has come in setting up its device (virtio 1.2, section 3.1.1). The only legal
 * way is one step forward at a time, or back to the start by a reset.
 */
enum DriverPhase {
  INITIAL(0),
  ACKNOWLEDGED(1),
  DRIVER(3),
  FEATURES_OK(11),
  DRIVER_OK(15);

  /** Status bit of the device: it cannot go on without a reset. */
  static final int NEEDS_RESET = 0x40;

  /** Status bit of the driver: it has given up. */
  static final int FAILED = 0x80;

  private final int bits;

  DriverPhase(int bits) {
    this.bits = bits;
  }

  /** The status register in this phase. */
  int bits() {
    return bits;
  }

  /** The phase after this one; the last one has none but itself. */
  DriverPhase next() {
    return this == DRIVER_OK ? this : values()[ordinal() + 1];
  }
}
