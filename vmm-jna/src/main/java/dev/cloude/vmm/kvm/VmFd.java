package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.NativeBlock;
import java.util.function.Consumer;

/**
 * The descriptor of one VM. Its requests are made in the order of a cold boot: addresses, interrupt
 * controllers and timer, memory, then vCPUs. Failures are {@code ErrnoException}s that name the
 * request. Closing it does not end the VM while a vCPU's descriptor is open.
 */
public final class VmFd implements AutoCloseable {
  private static final int PIT_SPEAKER_DUMMY = 1;
  private static final int IRQFD_DEASSIGN = 1;
  private static final int IOEVENTFD_DATAMATCH = 1;
  private static final int IOEVENTFD_DEASSIGN = 4;

  private final FileHandle handle;
  private final int vcpuMappingSize;

  VmFd(int fd, int vcpuMappingSize) {
    this.handle = new FileHandle(fd);
    this.vcpuMappingSize = vcpuMappingSize;
  }

  /** Three pages that Intel's real-mode emulation needs, outside every memory slot. */
  public void setTssAddress(long address) {
    KvmIoctl.SET_TSS_ADDR.call(handle.fd(), address);
  }

  /** One page that Intel's real-mode emulation needs; before the first vCPU. */
  public void setIdentityMapAddress(long address) {
    with(8, block -> block.bytes().putLong(0, address), KvmIoctl.SET_IDENTITY_MAP_ADDR);
  }

  /** PIC, I/O APIC and, for each vCPU made afterwards, a local APIC, all in the kernel. */
  public void createIrqchip() {
    KvmIoctl.CREATE_IRQCHIP.call(handle.fd(), 0);
  }

  /** The timer chip in the kernel, which then also answers port 0x61. */
  public void createPit() {
    with(64, block -> block.bytes().putInt(0, PIT_SPEAKER_DUMMY), KvmIoctl.CREATE_PIT2);
  }

  /**
   * Backs [guestAddress, guestAddress + size) with host memory.
   *
   * @param hostAddress stays mapped until this VM and its vCPUs are closed
   */
  public void setMemoryRegion(int slot, long guestAddress, long size, long hostAddress) {
    with(
        32,
        block ->
            block
                .bytes()
                .putInt(0, slot)
                .putLong(8, guestAddress)
                .putLong(16, size)
                .putLong(24, hostAddress),
        KvmIoctl.SET_USER_MEMORY_REGION);
  }

  /**
   * @param id also its APIC id
   */
  public VcpuFd createVcpu(int id) {
    return VcpuFd.map(id, KvmIoctl.CREATE_VCPU.call(handle.fd(), id), vcpuMappingSize);
  }

  /** From now on a signal on the eventfd is an edge on interrupt line {@code gsi}. */
  public void irqfd(int eventFd, int gsi) {
    with(32, block -> block.bytes().putInt(0, eventFd).putInt(4, gsi), KvmIoctl.IRQFD);
  }

  /** Undoes {@link #irqfd}. */
  public void removeIrqfd(int eventFd, int gsi) {
    with(
        32,
        block -> block.bytes().putInt(0, eventFd).putInt(4, gsi).putInt(8, IRQFD_DEASSIGN),
        KvmIoctl.IRQFD);
  }

  /**
   * From now on a guest's write of {@code datamatch} with {@code length} bytes to the memory-mapped
   * {@code address} signals the eventfd instead of leaving KVM_RUN.
   */
  public void ioeventfd(long address, int length, long datamatch, int eventFd) {
    ioeventfd(address, length, datamatch, eventFd, IOEVENTFD_DATAMATCH);
  }

  /** Undoes {@link #ioeventfd}. */
  public void removeIoeventfd(long address, int length, long datamatch, int eventFd) {
    ioeventfd(address, length, datamatch, eventFd, IOEVENTFD_DATAMATCH | IOEVENTFD_DEASSIGN);
  }

  /** An edge on an interrupt line: up and down again. Any thread. */
  public void pulse(int gsi) {
    with(8, block -> block.bytes().putInt(0, gsi).putInt(4, 1), KvmIoctl.IRQ_LINE);
    with(8, block -> block.bytes().putInt(0, gsi).putInt(4, 0), KvmIoctl.IRQ_LINE);
  }

  @Override
  public void close() {
    handle.close();
  }

  private void ioeventfd(long address, int length, long datamatch, int eventFd, int flags) {
    with(
        64,
        block ->
            block
                .bytes()
                .putLong(0, datamatch)
                .putLong(8, address)
                .putInt(16, length)
                .putInt(20, eventFd)
                .putInt(24, flags),
        KvmIoctl.IOEVENTFD);
  }

  private void with(int size, Consumer<NativeBlock> fill, KvmIoctl request) {
    try (NativeBlock block = new NativeBlock(size)) {
      fill.accept(block);
      request.call(handle.fd(), block.address());
    }
  }
}
