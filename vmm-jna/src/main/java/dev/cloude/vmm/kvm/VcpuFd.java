package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.DirectRun;
import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.libc.ThreadSignal;
import java.util.List;

/**
 * The descriptor of one vCPU and its mapped run structure. Used by one thread at a time: by the
 * maker until the vCPU's thread starts, from then on by that thread. Closed after it has ended.
 */
public final class VcpuFd implements AutoCloseable {
  private static final int LVT_LINT0 = 0x350;
  private static final int LVT_LINT1 = 0x360;
  private static final int DELIVERY_MODE = 0x700;
  private static final int MODE_NMI = 0x400;
  private static final int MODE_EXTINT = 0x700;

  private static final long RUN = KvmIoctl.RUN.request();
  private static final boolean DIRECT = DirectRun.available();

  private final int id;
  private final FileHandle handle;
  private final long mapping;
  private final int mappingSize;
  private final KvmRun run;
  private final int fd;
  private boolean closed;

  private VcpuFd(int id, FileHandle handle, long mapping, int mappingSize) {
    this.id = id;
    this.handle = handle;
    this.fd = handle.fd();
    this.mapping = mapping;
    this.mappingSize = mappingSize;
    // SAFETY: the mapping lives until close, when the vCPU's thread has ended.
    this.run = new KvmRun(LibC.view(mapping, mappingSize));
  }

  static VcpuFd map(int id, int fd, int mappingSize) {
    FileHandle handle = new FileHandle(fd);
    try {
      long mapping =
          LibC.mmap(mappingSize, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, fd, 0);
      return new VcpuFd(id, handle, mapping, mappingSize);
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** Number of this vCPU, which is its APIC id. */
  public int id() {
    return id;
  }

  /** What the last {@link #run} left behind. */
  public KvmRun state() {
    return run;
  }

  /**
   * Runs the guest until it needs something. Not made again on EINTR.
   *
   * @return 0, or minus the error number
   */
  public int run() {
    return DIRECT ? DirectRun.run(fd) : LibC.ioctlOnce(fd, RUN, 0);
  }

  /**
   * Tells a guest that reads its time from KVM that it has been paused, so that its watchdogs take
   * the time it missed for no lockup. On the vCPU's thread, between the pause and the next {@link
   * #run}. A guest without that clock needs no telling.
   */
  public void notePause() {
    try {
      KvmIoctl.KVMCLOCK_CTRL.call(fd, 0);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOTTY) {
        throw e;
      }
    }
  }

  /** The mask that holds while in {@link #run}: all but the signal that is to end it. */
  public void unmaskWhileRunning(long kernelMask) {
    try (NativeBlock block = new NativeBlock(4 + ThreadSignal.KERNEL_SET_BYTES)) {
      block.bytes().putInt(0, ThreadSignal.KERNEL_SET_BYTES).putLong(4, kernelMask);
      KvmIoctl.SET_SIGNAL_MASK.call(fd, block.address());
    }
  }

  /** Before {@link #setMsrs} and never after the first run. */
  public void setCpuid(List<CpuidEntry> entries) {
    try (NativeBlock block = CpuidEntry.write(entries)) {
      KvmIoctl.SET_CPUID2.call(fd, block.address());
    }
  }

  /**
   * Sets one model-specific register.
   *
   * @return false when this KVM does not let it be set
   */
  public boolean setMsr(int index, long value) {
    try (NativeBlock block = new NativeBlock(8 + 16)) {
      block.bytes().putInt(0, 1).putInt(8, index).putLong(16, value);
      return KvmIoctl.SET_MSRS.call(fd, block.address()) == 1;
    }
  }

  public Registers registers() {
    Registers registers = new Registers();
    KvmIoctl.GET_REGS.call(fd, registers.block().address());
    return registers;
  }

  public void setRegisters(Registers registers) {
    KvmIoctl.SET_REGS.call(fd, registers.block().address());
  }

  public SpecialRegisters specialRegisters() {
    SpecialRegisters registers = new SpecialRegisters();
    KvmIoctl.GET_SREGS.call(fd, registers.block().address());
    return registers;
  }

  public void setSpecialRegisters(SpecialRegisters registers) {
    KvmIoctl.SET_SREGS.call(fd, registers.block().address());
  }

  /**
   * @param controlWord x87 control word
   * @param mxcsr SSE control and status
   */
  public void setFpu(int controlWord, int mxcsr) {
    try (NativeBlock block = new NativeBlock(416)) {
      block.bytes().putShort(128, (short) controlWord).putInt(408, mxcsr);
      KvmIoctl.SET_FPU.call(fd, block.address());
    }
  }

  /** Wires the local APIC as a PC's: LINT0 to the PIC, LINT1 to NMI. */
  public void wireLocalApic() {
    try (NativeBlock block = new NativeBlock(1024)) {
      KvmIoctl.GET_LAPIC.call(fd, block.address());
      int lint0 = block.bytes().getInt(LVT_LINT0) & ~DELIVERY_MODE;
      int lint1 = block.bytes().getInt(LVT_LINT1) & ~DELIVERY_MODE;
      block.bytes().putInt(LVT_LINT0, lint0 | MODE_EXTINT).putInt(LVT_LINT1, lint1 | MODE_NMI);
      KvmIoctl.SET_LAPIC.call(fd, block.address());
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LibC.munmap(mapping, mappingSize);
      handle.close();
    }
  }
}
