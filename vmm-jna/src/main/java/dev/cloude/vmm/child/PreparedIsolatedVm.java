package dev.cloude.vmm.child;

import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.VmmException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A VM that stands before its guest's first instruction in a process that is its own. As {@link
 * dev.cloude.vmm.PreparedVm}: the first call of {@link #start} or {@link #close} decides.
 */
public final class PreparedIsolatedVm implements AutoCloseable {
  /** Bytes that a child takes beside its guest's RAM, about: its JVM with the monitor loaded. */
  static final long PROCESS_BYTES = 32L << 20;

  private final IsolatedVms vms;
  private final ChildProcess child;
  private final MachineShape shape;
  private final long heldBytes;
  private final AtomicBoolean used = new AtomicBoolean();

  PreparedIsolatedVm(IsolatedVms vms, ChildProcess child, MachineShape shape, long heldBytes) {
    this.vms = vms;
    this.child = child;
    this.shape = shape;
    this.heldBytes = heldBytes;
  }

  /** What it was made by: it starts VMs of this shape. */
  public MachineShape shape() {
    return shape;
  }

  /** Bytes of the host's memory that it takes while it waits, its process included, about. */
  public long heldBytes() {
    return heldBytes + PROCESS_BYTES;
  }

  /** Its process's id. */
  public long process() {
    return child.id();
  }

  /**
   * As {@link IsolatedVms#start}, of what was made; nothing is left of it when that fails.
   *
   * @param config of the same {@linkplain MicroVmConfig#shape shape}
   * @throws VmmException when it cannot be started, or its process is gone
   * @throws IllegalStateException when it was started or closed before
   */
  public IsolatedVm start(MicroVmConfig config) throws InterruptedException {
    if (!used.compareAndSet(false, true)) {
      throw new IllegalStateException("A prepared VM can be started once and not after its close.");
    }
    if (!shape.equals(config.shape())) {
      child.kill();
      throw new VmmException(
          VmmException.Code.CONFIG,
          String.format(
              "A VM was made as %s and cannot be started as %s; make another.",
              shape, config.shape()));
    }
    return vms.start(child, config);
  }

  /** Kills the process unless the VM was started. Idempotent; returns at once. */
  @Override
  public void close() {
    if (used.compareAndSet(false, true)) {
      child.kill();
    }
  }
}
