package dev.cloude.api.v1;

import java.util.Map;

/**
 * What exactly was run, and in what.
 *
 * @param kernelSha256 of the guest kernel's file; null when no VM was made
 * @param imageFingerprint of all that went into the language's image; null as above
 * @param sourceSha256 of the program's files
 * @param limits that held
 * @param network that held
 * @param vcpus of the guest
 * @param memoryMib of the guest; 0 when no VM was made
 * @param versions by part
 */
public record ReceiptBody(
    String kernelSha256,
    String imageFingerprint,
    String sourceSha256,
    LimitsBody limits,
    String network,
    int vcpus,
    int memoryMib,
    Map<String, String> versions) {}
