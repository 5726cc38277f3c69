package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Claims jobs as there is room for their VMs. What memory a VM needs is known when its job is
 * claimed: one for which there is not enough is kept, and nothing else is claimed, until there is;
 * so a job that needs much is not overtaken for ever by those that need little. Thread-safe.
 */
final class Admission {
  private static final System.Logger LOG = System.getLogger(Admission.class.getName());

  /** Claims that another node's may undo, by taking the same address, before it succeeds. */
  private static final int MOST_CONFLICTS = 3;

  static final String STOPPED = "The server stopped before the job's VM was started.";

  private final JobQueue queue;
  private final GuestSessions sessions;
  private final JobExecution execution;
  private final VmPermits permits;
  private final QueueDepth depth;
  private final String node;

  /** Claimed, and waits for memory. Guarded by this. */
  private Optional<Admitted> waiting = Optional.empty();

  /** A claim with a permit. */
  record Admitted(Claim claim, VmPermits.Permit permit) {}

  /**
   * @param node this node's id
   */
  Admission(
      JobQueue queue,
      GuestSessions sessions,
      JobExecution execution,
      VmPermits permits,
      QueueDepth depth,
      String node) {
    this.queue = queue;
    this.sessions = sessions;
    this.execution = execution;
    this.permits = permits;
    this.depth = depth;
    this.node = node;
  }

  /** The next job whose VM may be started now; empty when there is no job, or no room. */
  synchronized Optional<Admitted> next() {
    while (true) {
      Optional<Admitted> next = waiting.isPresent() ? waiting : claimWithPermit();
      waiting = Optional.empty();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      try {
        if (next.get().permit().reserve(memoryMib(next.get().claim()))) {
          return next;
        }
        waiting = next;
        return Optional.empty();
      } catch (PlatformException e) {
        end(next.get(), e, false);
      }
    }
  }

  private Optional<Admitted> claimWithPermit() {
    Optional<VmPermits.Permit> permit = permits.tryAcquire();
    Optional<Claim> claim = Optional.empty();
    try {
      claim = permit.isPresent() ? claim() : Optional.empty();
    } finally {
      if (claim.isEmpty()) {
        permit.ifPresent(VmPermits.Permit::release);
      }
    }
    claim.ifPresent(one -> depth.add(-1));
    return claim.map(one -> new Admitted(one, permit.get()));
  }

  private Optional<Claim> claim() {
    for (int conflicts = 0; ; conflicts++) {
      try {
        return queue.claimNext(node, sessions::needsAddress, sessions::preparedAddresses);
      } catch (RuntimeException e) {
        if (conflicts == MOST_CONFLICTS) {
          throw e;
        }
        LOG.log(Level.DEBUG, "a claim failed and is repeated", e);
      }
    }
  }

  private int memoryMib(Claim claim) throws PlatformException {
    int mib;
    try {
      mib = sessions.memoryMib(claim.execution());
    } catch (PlatformException e) {
      // Its VM cannot be made either: the attempt to make it says why.
      return 0;
    }
    if (mib > permits.memoryMib()) {
      throw new PlatformException(
          Code.VM_START_FAILED,
          "The job's VM needs %d MiB of memory, but all VMs of this server may have %d MiB together."
              .formatted(mib, permits.memoryMib()));
    }
    return mib;
  }

  /** Whether a job waits for what VMs of this node hold. */
  synchronized boolean isShort() {
    return waiting.isPresent() || permits.free() == 0 && depth.get() > 0;
  }

  /** The job that is claimed and has no VM yet. */
  synchronized Optional<String> waitingJob() {
    return waiting.map(one -> one.claim().jobId());
  }

  /** Ends the job for a client if it is the one that waits. */
  synchronized boolean cancel(String jobId) {
    if (waiting.filter(one -> one.claim().jobId().equals(jobId)).isEmpty()) {
      return false;
    }
    Admitted one = waiting.get();
    waiting = Optional.empty();
    end(one, new PlatformException(Code.INTERRUPTED, JobExecution.CANCELLED), true);
    return true;
  }

  /** Puts the one that waits back into the queue: this node claims no more. */
  synchronized void giveBack() {
    waiting.ifPresent(this::giveBack);
    waiting = Optional.empty();
  }

  /** Puts one back into the queue: no thread runs it. */
  void giveBack(Admitted one) {
    end(one, new PlatformException(Code.INTERRUPTED, STOPPED), false);
  }

  private void end(Admitted one, PlatformException why, boolean cancelled) {
    execution.endUnstarted(one.claim(), why, cancelled);
    one.permit().release();
  }
}
