package dev.cloude.runtime.job;

/**
 * What a VM was made of.
 *
 * @param kernelSha256 of the kernel's file, in hexadecimal
 * @param imageFingerprint of everything that went into the image, in hexadecimal; empty when its
 *     builder left none
 * @param languageVersion the catalogue's
 * @param driver as in {@code kvm}
 * @param memoryMib of the guest
 */
public record GuestReceipt(
    String kernelSha256,
    String imageFingerprint,
    String languageVersion,
    String driver,
    int memoryMib) {}
