package dev.cloude.vmm.boot;

/**
 * A kernel that lies in guest RAM.
 *
 * @param protocol {@link BootProtocol#LINUX_64} or {@link BootProtocol#PVH}
 * @param entry guest address of its first instruction
 * @param end first guest address that it leaves free while it unpacks and starts
 * @param initrdLimit first guest address the initramfs must not reach
 * @param commandLineLimit characters it takes, the final zero not counted
 * @param setupHeader bytes of the zero page from 0x1f1 on, empty for an ELF kernel
 */
record LoadedKernel(
    BootProtocol protocol,
    long entry,
    long end,
    long initrdLimit,
    int commandLineLimit,
    byte[] setupHeader) {}
