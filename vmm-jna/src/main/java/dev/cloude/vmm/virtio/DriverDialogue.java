package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;

/**
 * What driver and device have agreed on so far: phase, features, queues. Activates the device when
 * the driver is ready and takes it down at a reset or a failure. Guarded by the lock of its {@link
 * VirtioMmioDevice}.
 */
final class DriverDialogue {
  private static final long WORD = 0xffff_ffffL;

  private final VirtioDevice backend;
  private final GuestMemory memory;
  private final InterruptLine interrupt;
  private final Runnable queueInterrupt;
  private final QueueRegisters[] queues;
  private DriverPhase phase = DriverPhase.INITIAL;
  private boolean driverFailed;
  // Why the device needs a reset; null while it does not.
  private String failure;
  private long deviceFeatureSelect;
  private long driverFeatureSelect;
  private long driverFeatures;
  private long queueSelect;

  DriverDialogue(VirtioDevice backend, GuestMemory memory, InterruptLine interrupt) {
    this.backend = backend;
    this.memory = memory;
    this.interrupt = interrupt;
    this.queueInterrupt = () -> interrupt.raise(InterruptLine.QUEUE);
    queues = new QueueRegisters[backend.queueCount()];
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new QueueRegisters();
    }
  }

  /** Whether the device may work on its queues. */
  boolean active() {
    return phase == DriverPhase.DRIVER_OK && failure == null && !driverFailed;
  }

  String failure() {
    return failure;
  }

  int status() {
    return phase.bits()
        | (failure != null ? DriverPhase.NEEDS_RESET : 0)
        | (driverFailed ? DriverPhase.FAILED : 0);
  }

  /** The selected half of the offered features. */
  long deviceFeatures() {
    return deviceFeatureSelect > 1 ? 0 : (offered() >>> (32 * deviceFeatureSelect)) & WORD;
  }

  void selectDeviceFeatures(long half) {
    deviceFeatureSelect = half;
  }

  void selectDriverFeatures(long half) {
    driverFeatureSelect = half;
  }

  void selectQueue(long index) {
    queueSelect = index;
  }

  /** The selected queue, or null when there is none of that index. */
  QueueRegisters queue() {
    return queueSelect < queues.length ? queues[(int) queueSelect] : null;
  }

  /** Takes the selected half of the driver's features; returns whether the write was legal. */
  boolean writeFeatures(long value) {
    if (phase != DriverPhase.DRIVER) {
      return false;
    }
    if (driverFeatureSelect > 1) {
      // Zero to a half that does not exist changes nothing.
      return value == 0;
    }
    long shift = 32 * driverFeatureSelect;
    driverFeatures = (driverFeatures & ~(WORD << shift)) | (value << shift);
    return true;
  }

  /** Takes a value of the selected queue; returns whether the write was legal. */
  boolean writeQueue(int register, long value) {
    QueueRegisters queue = queue();
    if (queue == null) {
      return false;
    }
    if (phase != DriverPhase.FEATURES_OK || failure != null) {
      // Linux takes leave of each queue after the reset that has already taken it down.
      return register == MmioRegister.QUEUE_READY && value == 0 && !queue.ready();
    }
    if (!queue.write(register, value)) {
      return false;
    }
    if (queue.ready()) {
      try {
        queue.build(memory, false, queueInterrupt);
      } catch (VirtioException e) {
        fail(e);
        return false;
      }
    }
    return true;
  }

  /** Takes a new driver status; returns whether the write was legal. */
  boolean writeStatus(long value) {
    if (value == 0) {
      reset();
      return true;
    }
    long bits = value & ~(DriverPhase.NEEDS_RESET | DriverPhase.FAILED);
    if ((value & DriverPhase.FAILED) != 0) {
      driverFailed = true;
      backend.reset();
      return bits == phase.bits();
    }
    if (bits == phase.bits()) {
      return true;
    }
    DriverPhase next = phase.next();
    if (bits != next.bits() || failure != null || driverFailed) {
      return false;
    }
    if (next == DriverPhase.FEATURES_OK && !acceptable(driverFeatures)) {
      // The driver reads the status back and finds FEATURES_OK missing.
      return false;
    }
    phase = next;
    return phase != DriverPhase.DRIVER_OK || activate();
  }

  /** Lets the device rest until the driver resets it, and tells the driver. */
  void fail(RuntimeException cause) {
    failure = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    backend.reset();
    // Before DRIVER_OK a device must not interrupt.
    if (phase == DriverPhase.DRIVER_OK) {
      interrupt.raise(InterruptLine.CONFIGURATION);
    }
  }

  void reset() {
    backend.reset();
    for (QueueRegisters queue : queues) {
      queue.reset();
    }
    phase = DriverPhase.INITIAL;
    failure = null;
    driverFailed = false;
    deviceFeatureSelect = 0;
    driverFeatureSelect = 0;
    driverFeatures = 0;
    queueSelect = 0;
    interrupt.clear();
  }

  // Returns whether the driver did all right: a device may fail without its fault.
  private boolean activate() {
    boolean eventIndex = (driverFeatures & VirtioFeature.EVENT_IDX) != 0;
    try {
      Virtqueue[] built = new Virtqueue[queues.length];
      for (int i = 0; i < built.length; i++) {
        // From here on only these copies count: what the driver writes later changes nothing.
        built[i] = queues[i].ready() ? queues[i].build(memory, eventIndex, queueInterrupt) : null;
      }
      if (backend instanceof KernelServedDevice) {
        interrupt.standForQueues();
      }
      backend.activate(driverFeatures, built);
      return true;
    } catch (RuntimeException e) {
      fail(e);
      return !(e instanceof VirtioException);
    }
  }

  private long offered() {
    return backend.features() | VirtioFeature.EVENT_IDX | VirtioFeature.VERSION_1;
  }

  private boolean acceptable(long features) {
    return (features & ~offered()) == 0 && (features & VirtioFeature.VERSION_1) != 0;
  }
}
