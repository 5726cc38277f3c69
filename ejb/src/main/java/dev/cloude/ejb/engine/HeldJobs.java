package dev.cloude.ejb.engine;

import java.util.HashSet;
import java.util.Set;

/** The jobs that this node has: the one that waits for memory, and those that run. */
record HeldJobs(Admission admission, ActiveGuests guests) {

  /** Their ids, as they are now. */
  Set<String> ids() {
    // In this order: the one that waits may begin to run meanwhile.
    Set<String> ids = new HashSet<>();
    admission.waitingJob().ifPresent(ids::add);
    ids.addAll(guests.jobIds());
    return ids;
  }

  /** Ends a job for a client, if this node has it. Waits until its VM is gone. */
  void cancel(String jobId) {
    if (!admission.cancel(jobId)) {
      guests.cancel(jobId);
    }
  }
}
