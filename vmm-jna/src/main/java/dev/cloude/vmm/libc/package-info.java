/**
 * The C library, directly mapped: system calls, errno, eventfd, native blocks. The only package
 * with {@code Native.register}; every failure leaves it as an {@link ErrnoException}. Knows nothing
 * of KVM, guests or devices. May use JNA only.
 */
package dev.cloude.vmm.libc;
