package dev.cloude.vmm.boot;

/** How the kernel is entered. */
public enum BootProtocol {
  /** 64-bit for a bzImage; for an ELF kernel PVH where it offers that, otherwise 64-bit. */
  AUTO,
  /** Linux's 64-bit entry, in long mode, with the zero page. */
  LINUX_64,
  /** Xen's PVH entry, in 32-bit protected mode, with the start info. */
  PVH
}
