package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;

/** A driver that talks to a device through its registers, as Linux does. */
public final class ModelDriver {
  private static final long RINGS = 0x4000;
  private static final long RINGS_END = 0x8000;
  private static final long RING_BYTES = 0x2000;

  private final VirtioMmioDevice device;
  private final GuestMemory memory;
  private DriverQueue[] queues;

  public ModelDriver(VirtioMmioDevice device, GuestMemory memory) {
    this.device = device;
    this.memory = memory;
  }

  public long read(int register) {
    return device.read(register, 4);
  }

  public void write(int register, long value) {
    device.write(register, 4, value);
  }

  public int status() {
    return (int) read(MmioRegister.STATUS);
  }

  /** From reset to DRIVER_OK with these features (VERSION_1 is added) and all queues. */
  public void start(long features, int queueSize) {
    negotiate(features);
    setUpQueues(queueSize, (features & VirtioFeature.EVENT_IDX) != 0);
    write(MmioRegister.STATUS, 15);
  }

  /** From reset to FEATURES_OK. */
  public void negotiate(long features) {
    long all = features | VirtioFeature.VERSION_1;
    write(MmioRegister.STATUS, 0);
    write(MmioRegister.STATUS, 1);
    write(MmioRegister.STATUS, 3);
    write(MmioRegister.DRIVER_FEATURES_SELECT, 0);
    write(MmioRegister.DRIVER_FEATURES, all & 0xffff_ffffL);
    write(MmioRegister.DRIVER_FEATURES_SELECT, 1);
    write(MmioRegister.DRIVER_FEATURES, all >>> 32);
    write(MmioRegister.STATUS, 11);
  }

  public void setUpQueues(int size, boolean eventIndex) {
    queues = new DriverQueue[device.queueCount()];
    long base = Math.min(RINGS, RINGS_END - queues.length * RING_BYTES);
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new DriverQueue(memory, base + i * RING_BYTES, size, eventIndex);
      write(MmioRegister.QUEUE_SELECT, i);
      write(MmioRegister.QUEUE_SIZE, size);
      write(MmioRegister.QUEUE_TABLE_LOW, queues[i].table());
      write(MmioRegister.QUEUE_TABLE_HIGH, 0);
      write(MmioRegister.QUEUE_AVAILABLE_LOW, queues[i].available());
      write(MmioRegister.QUEUE_AVAILABLE_HIGH, 0);
      write(MmioRegister.QUEUE_USED_LOW, queues[i].used());
      write(MmioRegister.QUEUE_USED_HIGH, 0);
      write(MmioRegister.QUEUE_READY, 1);
    }
  }

  public DriverQueue queue(int index) {
    return queues[index];
  }

  /** Kicks if the device wants that, as a driver does after posting. */
  public void kick(int index) {
    if (queues[index].kickWanted()) {
      device.kick(index).signal();
    }
  }

  /** Serves what a loop would find, without one: kicks first, then what is watched, then time. */
  public void runDevice() {
    for (int i = 0; i < device.queueCount(); i++) {
      device.kick(i).drain();
    }
    serve();
  }

  /** As {@link #runDevice}, but leaves the kicks where they are: cheaper, for the fuzz targets. */
  public void serve() {
    for (int i = 0; i < device.queueCount(); i++) {
      device.serve(i);
    }
    if (device.wantsPoll()) {
      device.servePoll();
    }
    if (device.delayNanos() <= 0) {
      device.serveDelay();
    }
  }
}
