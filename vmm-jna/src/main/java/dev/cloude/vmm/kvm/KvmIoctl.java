package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.IoctlNumber;
import dev.cloude.vmm.libc.LibC;

/** KVM's requests, their numbers from KVM's letter and the ordinals in {@code linux/kvm.h}. */
public enum KvmIoctl {
  // System.
  GET_API_VERSION(none(0x00)),
  CREATE_VM(none(0x01)),
  CHECK_EXTENSION(none(0x03)),
  GET_VCPU_MMAP_SIZE(none(0x04)),
  GET_SUPPORTED_CPUID(readWrite(0x05, 8)),
  // VM.
  CREATE_VCPU(none(0x41)),
  SET_USER_MEMORY_REGION(write(0x46, 32)),
  SET_TSS_ADDR(none(0x47)),
  SET_IDENTITY_MAP_ADDR(write(0x48, 8)),
  CREATE_IRQCHIP(none(0x60)),
  IRQ_LINE(write(0x61, 8)),
  IRQFD(write(0x76, 32)),
  CREATE_PIT2(write(0x77, 64)),
  IOEVENTFD(write(0x79, 64)),
  // vCPU.
  RUN(none(0x80)),
  GET_REGS(read(0x81, 144)),
  SET_REGS(write(0x82, 144)),
  GET_SREGS(read(0x83, 312)),
  SET_SREGS(write(0x84, 312)),
  GET_MSRS(readWrite(0x88, 8)),
  SET_MSRS(write(0x89, 8)),
  SET_SIGNAL_MASK(write(0x8b, 4)),
  SET_FPU(write(0x8d, 416)),
  GET_LAPIC(read(0x8e, 1024)),
  SET_LAPIC(write(0x8f, 1024)),
  SET_CPUID2(write(0x90, 8)),
  GET_MP_STATE(read(0x98, 4)),
  KVMCLOCK_CTRL(none(0xad));

  private static final int KVM = 0xAE;

  private final long request;

  KvmIoctl(long request) {
    this.request = request;
  }

  /** The request number, zero-extended. */
  public long request() {
    return request;
  }

  /**
   * Makes the request; its failure names it, as in {@code KVM_CREATE_VM failed: …}.
   *
   * @param argument a value or the address of the request's structure
   */
  public int call(int fd, long argument) {
    try {
      return LibC.ioctl(fd, request, argument);
    } catch (ErrnoException e) {
      throw e.as("KVM_" + name());
    }
  }

  private static long none(int ordinal) {
    return IoctlNumber.none(KVM, ordinal);
  }

  private static long write(int ordinal, int size) {
    return IoctlNumber.write(KVM, ordinal, size);
  }

  private static long read(int ordinal, int size) {
    return IoctlNumber.read(KVM, ordinal, size);
  }

  private static long readWrite(int ordinal, int size) {
    return IoctlNumber.readWrite(KVM, ordinal, size);
  }
}
