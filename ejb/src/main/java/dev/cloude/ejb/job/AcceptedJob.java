package dev.cloude.ejb.job;

import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;

/**
 * A job whose wishes are settled.
 *
 * @param job as it was submitted
 * @param limits that will hold
 * @param network that will hold
 * @param vcpus that its guest will have
 */
public record AcceptedJob(NewJob job, Limits limits, NetworkPolicy network, int vcpus) {

  /** The same for the same request only; 64 hexadecimal digits. */
  String digest() {
    return Digests.ofRequest(job);
  }

  long inputBytes() {
    long files = job.files().stream().mapToLong(file -> file.content().length).sum();
    return files + job.stdin().length + job.expectedOutput().map(bytes -> bytes.length).orElse(0);
  }
}
