package dev.cloude.vmm.virtio;

import dev.cloude.vmm.bus.BusDevice;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.memory.GuestMemory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The memory-mapped transport, version 2 (virtio 1.2, section 4.2), in front of one device.
 *
 * <p>Answers any access: what the standard does not allow is counted and otherwise ignored, reads
 * of it give 0. Features are taken only between DRIVER and FEATURES_OK, queue values only between
 * FEATURES_OK and DRIVER_OK. When a driver breaks a rule of the ring, or the device itself fails,
 * the status shows DEVICE_NEEDS_RESET and the device rests until the driver resets it.
 *
 * <p>vCPU threads and the {@link DeviceLoop} meet here: one lock, the last in any order, held for
 * one register access or one burst of work.
 */
public final class VirtioMmioDevice implements BusDevice, AutoCloseable {
  /** Bytes of address space for the registers and the configuration. */
  public static final int WINDOW_BYTES = 0x1000;

  /** Where the driver writes a queue's index, 4 bytes wide, to kick it: the place of ioeventfds. */
  public static final int NOTIFY_OFFSET = MmioRegister.QUEUE_NOTIFY;

  /** Where the driver acknowledges interrupts, 4 bytes wide. */
  public static final int ACKNOWLEDGE_OFFSET = MmioRegister.INTERRUPT_ACK;

  /** What it writes there for those of queues. */
  public static final int QUEUE_INTERRUPT = InterruptLine.QUEUE;

  // What to serve besides a queue's index.
  private static final int POLL = -1;
  private static final int DELAY = -2;

  private final VirtioDevice backend;
  // The same, where the kernel serves its queues.
  private final Optional<KernelServedDevice> kernel;
  private final InterruptLine interrupt = new InterruptLine();
  private final List<EventFd> kicks;
  private final LongAdder malformed = new LongAdder();

  private final Object lock = new Object();
  // Both guarded by lock, as are the backend's calls except those for its configuration.
  private final DriverDialogue dialogue;
  private boolean closed;

  /**
   * @param backend closed together with this
   * @param memory to stay mapped until the loop has stopped and the vCPUs are gone
   */
  public VirtioMmioDevice(VirtioDevice backend, GuestMemory memory) {
    this.backend = backend;
    this.kernel =
        backend instanceof KernelServedDevice served ? Optional.of(served) : Optional.empty();
    this.dialogue = new DriverDialogue(backend, memory, interrupt);
    kicks = Stream.generate(EventFd::new).limit(backend.queueCount()).toList();
    try {
      kernel.ifPresent(served -> served.connect(kicks, interrupt.event()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Signalled when the guest is to be interrupted; to be tied to the device's GSI, an edge. */
  public EventFd interrupt() {
    return interrupt.event();
  }

  /** Signalled by the driver's write of {@code queue} at {@link #NOTIFY_OFFSET}. */
  public EventFd kick(int queue) {
    return kicks.get(queue);
  }

  public int queueCount() {
    return kicks.size();
  }

  /**
   * Whether the host's kernel serves the queues. Then the loop watches {@link #pollFd} for good and
   * no kick, and to acknowledge {@link #QUEUE_INTERRUPT} changes nothing.
   */
  public boolean servedByKernel() {
    return kernel.isPresent();
  }

  /**
   * Stops queues that the kernel serves, which no pause of the loop does, until {@link #thaw}.
   * Idempotent; nothing that happens meanwhile is lost.
   */
  public void freeze() {
    synchronized (lock) {
      if (!closed) {
        kernel.ifPresent(KernelServedDevice::freeze);
      }
    }
  }

  /** Undoes {@link #freeze}. */
  public void thaw() {
    synchronized (lock) {
      if (!closed) {
        kernel.ifPresent(KernelServedDevice::thaw);
      }
    }
  }

  /** How often the driver did what the standard does not allow. */
  public long malformed() {
    return malformed.sum();
  }

  /** Why the device needs a reset, if it does. */
  public Optional<String> failure() {
    synchronized (lock) {
      return Optional.ofNullable(dialogue.failure());
    }
  }

  @Override
  public long read(long offset, int width) {
    if (offset >= MmioRegister.CONFIG) {
      return readConfig((int) offset - MmioRegister.CONFIG, width);
    }
    if (width != 4 || (offset & 3) != 0) {
      malformed.increment();
      return 0;
    }
    if (offset == MmioRegister.INTERRUPT_STATUS) {
      return interrupt.pending();
    }
    synchronized (lock) {
      return readRegister((int) offset);
    }
  }

  @Override
  public void write(long offset, int width, long value) {
    if (offset >= MmioRegister.CONFIG || width != 4 || (offset & 3) != 0) {
      malformed.increment();
      return;
    }
    long word = value & 0xffff_ffffL;
    if (offset == MmioRegister.INTERRUPT_ACK) {
      interrupt.acknowledge((int) word);
      return;
    }
    synchronized (lock) {
      if (closed || !writeRegister((int) offset, word)) {
        malformed.increment();
      }
    }
  }

  /** Closes the device and its eventfds. The loop that serves it must have stopped. Idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      dialogue.reset();
      backend.close();
      for (EventFd kick : kicks) {
        kick.close();
      }
      interrupt.close();
    }
  }

  /** For the loop: takes the kick of queue {@code index} and serves the queue. */
  void serveQueue(int index) {
    kicks.get(index).drain();
    serve(index);
  }

  /** For the loop: {@link #pollFd} is ready. */
  void servePoll() {
    synchronized (lock) {
      if (kernel.isEmpty() || (!closed && kernel.get().failure().drain() > 0)) {
        serve(POLL);
      }
    }
  }

  /** For the loop: {@link #delayNanos} has passed. */
  void serveDelay() {
    serve(DELAY);
  }

  /** For the loop: the descriptor that the device may want watched, or −1. */
  int pollFd() {
    return backend.pollFd();
  }

  /** For the loop: whether {@link #pollFd} is to be watched now. */
  boolean wantsPoll() {
    synchronized (lock) {
      return dialogue.active() && backend.wantsPoll();
    }
  }

  /** For the loop: as {@link VirtioDevice#delayNanos}. */
  long delayNanos() {
    synchronized (lock) {
      return dialogue.active() ? backend.delayNanos() : Long.MAX_VALUE;
    }
  }

  /** Serves queue {@code what}, without looking whether it was kicked, or what else is due. */
  void serve(int what) {
    synchronized (lock) {
      if (closed || !dialogue.active()) {
        return;
      }
      try {
        switch (what) {
          case POLL -> backend.pollReady();
          case DELAY -> backend.resume();
          default -> backend.queueKicked(what);
        }
      } catch (VirtioException e) {
        malformed.increment();
        dialogue.fail(e);
      } catch (RuntimeException e) {
        // A fault of ours or of the host: it costs this device, not the VM's others.
        dialogue.fail(e);
      }
    }
  }

  private long readConfig(int offset, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (backend.configByte(offset + i) & 0xffL) << (8 * i);
    }
    return value;
  }

  private long readRegister(int offset) {
    QueueRegisters queue = dialogue.queue();
    return switch (offset) {
      case MmioRegister.DEVICE_ID -> backend.deviceId();
      case MmioRegister.DEVICE_FEATURES -> dialogue.deviceFeatures();
      case MmioRegister.QUEUE_SIZE_MAX -> queue == null ? 0 : VirtioDevice.MAX_QUEUE_SIZE;
      case MmioRegister.QUEUE_READY -> queue != null && queue.ready() ? 1 : 0;
      case MmioRegister.STATUS -> dialogue.status();
      default -> {
        if (!MmioRegister.isConstant(offset)) {
          malformed.increment();
        }
        yield MmioRegister.constant(offset);
      }
    };
  }

  // Returns whether the write was legal.
  private boolean writeRegister(int offset, long value) {
    switch (offset) {
      case MmioRegister.DEVICE_FEATURES_SELECT -> dialogue.selectDeviceFeatures(value);
      case MmioRegister.DRIVER_FEATURES_SELECT -> dialogue.selectDriverFeatures(value);
      case MmioRegister.QUEUE_SELECT -> dialogue.selectQueue(value);
      case MmioRegister.SHARED_MEMORY_SELECT -> {}
      case MmioRegister.DRIVER_FEATURES -> {
        return dialogue.writeFeatures(value);
      }
      case MmioRegister.STATUS -> {
        return writeStatus(value);
      }
      case MmioRegister.QUEUE_NOTIFY -> {
        if (value >= kicks.size() || !dialogue.active()) {
          return false;
        }
        kicks.get((int) value).signal();
      }
      default -> {
        return dialogue.writeQueue(offset, value);
      }
    }
    return true;
  }

  private boolean writeStatus(long value) {
    boolean wasActive = dialogue.active();
    boolean legal = dialogue.writeStatus(value);
    if (dialogue.active() != wasActive) {
      // The loop looks at every queue once, and at what the device now wants to be told.
      for (EventFd kick : kicks) {
        kick.signal();
      }
    }
    return legal;
  }
}
