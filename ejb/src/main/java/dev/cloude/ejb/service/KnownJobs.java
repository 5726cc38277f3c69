package dev.cloude.ejb.service;

import dev.cloude.ejb.job.AcceptedJob;
import dev.cloude.ejb.job.IdempotencyConflictException;
import dev.cloude.ejb.job.JobStore;
import dev.cloude.ejb.job.JobStore.KeyedJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Requests that were made before. */
final class KnownJobs {
  private KnownJobs() {}

  /**
   * The jobs that these keys stand for; empty when none has one that is known. A batch of which
   * only some jobs are still kept can neither be repeated nor be taken for new.
   *
   * @throws IdempotencyConflictException when a key stands for another request
   */
  static Optional<List<UUID>> of(List<AcceptedJob> jobs, JobStore store)
      throws IdempotencyConflictException {
    List<UUID> ids = new ArrayList<>();
    Optional<String> knownKey = Optional.empty();
    for (AcceptedJob accepted : jobs) {
      Optional<String> key = accepted.job().idempotencyKey();
      Optional<KeyedJob> job = key.flatMap(k -> store.byKey(accepted.job().client(), k));
      if (job.isPresent() && !job.get().isFrom(accepted)) {
        throw new IdempotencyConflictException(key.get(), job.get().id().toString());
      }
      if (job.isPresent()) {
        ids.add(job.get().id());
        knownKey = key;
      }
    }
    if (knownKey.isPresent() && ids.size() < jobs.size()) {
      throw new IdempotencyConflictException(knownKey.get(), ids.get(0).toString());
    }
    return knownKey.map(key -> ids);
  }
}
