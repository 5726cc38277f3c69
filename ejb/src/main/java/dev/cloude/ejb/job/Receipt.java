package dev.cloude.ejb.job;

import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;
import java.util.Map;
import java.util.Optional;

/**
 * What exactly was run, and in what; so that it can be run again.
 *
 * @param kernelSha256 of the guest kernel's file; absent when no VM was made
 * @param imageFingerprint of everything that went into the language's image; absent as above
 * @param sourceSha256 of the program's files, names and contents (docs/verdicts.md says how)
 * @param limits that held
 * @param network that held
 * @param vcpus of the guest
 * @param memoryMib of the guest; 0 when no VM was made
 * @param versions by part: {@code cloude}, {@code language}, {@code driver}
 */
public record Receipt(
    Optional<String> kernelSha256,
    Optional<String> imageFingerprint,
    String sourceSha256,
    Limits limits,
    NetworkPolicy network,
    int vcpus,
    int memoryMib,
    Map<String, String> versions) {}
