package dev.cloude.vmm.vhost;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import dev.cloude.vmm.virtio.HostRing;
import dev.cloude.vmm.virtio.net.VhostNetDevice;
import dev.cloude.vmm.virtio.net.VhostPort;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * One descriptor of {@code /dev/vhost-net}: a worker of the kernel's that moves frames between one
 * guest's rings and one TAP device. It reaches the RAM of this process, which must therefore stay
 * the one that opened it, and of that only the guest's. Closing it ends the worker.
 */
public final class VhostNet implements VhostPort, AutoCloseable {
  /** The device. */
  public static final String DEVICE = "/dev/vhost-net";

  private static final int NO_BACKEND = -1;
  // struct vhost_memory: nregions u32, padding u32; then for each its guest address u64, size u64,
  // host address u64, padding u64.
  private static final int TABLE_HEADER = 8;
  private static final int TABLE_REGION = 32;
  // struct vhost_vring_addr: index u32, flags u32, descriptors u64, used u64, available u64, log
  // u64.
  private static final int RING_ADDRESSES = 40;

  private final FileHandle handle;
  private final int tap;

  private VhostNet(FileHandle handle, int tap) {
    this.handle = handle;
    this.tap = tap;
  }

  /**
   * Makes a worker for a guest. {@link ErrnoException} names the request that failed, and then
   * nothing stays open.
   *
   * @param memory the guest's RAM, mapped until this is closed
   * @param tap descriptor of a TAP device with a header of {@code virtio_net_hdr_v1}, open until
   *     this is closed
   */
  public static VhostNet open(GuestMemory memory, int tap) {
    FileHandle handle = openDevice();
    try {
      requireFeatures(handle);
      VhostIoctl.SET_OWNER.call(handle.fd(), 0);
      setMemory(handle, memory.regions());
      return new VhostNet(handle, tap);
    } catch (RuntimeException | Error e) {
      handle.close();
      throw e;
    }
  }

  /** {@link ErrnoException} or {@link UnsupportedOperationException} says why it cannot be used. */
  public static void check() {
    try (FileHandle handle = openDevice()) {
      requireFeatures(handle);
    }
  }

  @Override
  public void connect(int ring, EventFd kick, EventFd call, EventFd failure) {
    set(VhostIoctl.SET_VRING_KICK, ring, kick.fd());
    set(VhostIoctl.SET_VRING_CALL, ring, call.fd());
    set(VhostIoctl.SET_VRING_ERR, ring, failure.fd());
  }

  @Override
  public void features(long features) {
    with(8, b -> b.putLong(0, features), VhostIoctl.SET_FEATURES);
  }

  @Override
  public void start(int ring, HostRing place, int next) {
    set(VhostIoctl.SET_VRING_NUM, ring, place.size());
    set(VhostIoctl.SET_VRING_BASE, ring, next);
    with(
        RING_ADDRESSES,
        // SAFETY: the addresses are a HostRing's, so each part lies in RAM with its whole length.
        b ->
            b.putInt(0, ring)
                .putLong(8, place.table())
                .putLong(16, place.used())
                .putLong(24, place.available()),
        VhostIoctl.SET_VRING_ADDR);
    set(VhostIoctl.NET_SET_BACKEND, ring, tap);
  }

  @Override
  public int stop(int ring) {
    set(VhostIoctl.NET_SET_BACKEND, ring, NO_BACKEND);
    try (NativeBlock state = new NativeBlock(8)) {
      state.bytes().putInt(0, ring);
      VhostIoctl.GET_VRING_BASE.call(handle.fd(), state.address());
      return state.bytes().getInt(4) & 0xffff;
    }
  }

  /** Ends the worker. Idempotent. */
  @Override
  public void close() {
    handle.close();
  }

  private static FileHandle openDevice() {
    return new FileHandle(LibC.open(DEVICE, LibC.O_RDWR | LibC.O_CLOEXEC));
  }

  private static void requireFeatures(FileHandle handle) {
    try (NativeBlock features = new NativeBlock(8)) {
      VhostIoctl.GET_FEATURES.call(handle.fd(), features.address());
      long missing = VhostNetDevice.KERNEL_FEATURES & ~features.bytes().getLong(0);
      if (missing != 0) {
        throw new UnsupportedOperationException(
            String.format("%s lacks the feature bits 0x%x.", DEVICE, missing));
      }
    }
  }

  private static void setMemory(FileHandle handle, List<MemoryRegion> regions) {
    try (NativeBlock table = new NativeBlock(TABLE_HEADER + TABLE_REGION * regions.size())) {
      ByteBuffer bytes = table.bytes();
      bytes.putInt(0, regions.size());
      for (int i = 0; i < regions.size(); i++) {
        MemoryRegion region = regions.get(i);
        int at = TABLE_HEADER + TABLE_REGION * i;
        bytes
            .putLong(at, region.guestAddress())
            .putLong(at + 8, region.size())
            .putLong(at + 16, region.hostAddress());
      }
      VhostIoctl.SET_MEM_TABLE.call(handle.fd(), table.address());
    }
  }

  // struct vhost_vring_state and vhost_vring_file: index u32, number or descriptor 32 bits.
  private void set(VhostIoctl request, int ring, int value) {
    with(8, b -> b.putInt(0, ring).putInt(4, value), request);
  }

  private void with(int size, Consumer<ByteBuffer> fill, VhostIoctl request) {
    try (NativeBlock block = new NativeBlock(size)) {
      fill.accept(block.bytes());
      request.call(handle.fd(), block.address());
    }
  }
}
