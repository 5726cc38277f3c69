package dev.cloude.ejb.engine;

import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.NodeInventory;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.metrics.JobMetrics;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A VM that runs nobody's program: it is made when no agent has answered for a while, waited for
 * until its agent answers, and ended. It has a permit, memory and whatever else a job's VM has, and
 * gives them up as soon as a job could use them.
 */
final class Canary {
  private static final System.Logger LOG = System.getLogger(Canary.class.getName());
  private static final byte[] NOTHING = {};

  private final String node;
  private final GuestSessions sessions;
  private final NodePreparation preparation;
  private final NodeInventory inventory;
  private final LimitSettings limits;
  private final IpLeases leases;
  private final JobRecords records;
  private final VmPermits permits;
  private final AgentWatch watch;
  private final JobMetrics metrics;
  private final Executor executor;

  /** At most one. */
  private final ActiveGuests flying = new ActiveGuests();

  Canary(
      String node,
      GuestSessions sessions,
      NodePreparation preparation,
      NodeInventory inventory,
      LimitSettings limits,
      IpLeases leases,
      JobRecords records,
      VmPermits permits,
      AgentWatch watch,
      JobMetrics metrics,
      Executor executor) {
    this.node = node;
    this.sessions = sessions;
    this.preparation = preparation;
    this.inventory = inventory;
    this.limits = limits;
    this.leases = leases;
    this.records = records;
    this.permits = permits;
    this.watch = watch;
    this.metrics = metrics;
    this.executor = executor;
  }

  /**
   * Starts one when it is due and a permit is free. Called by one thread at a time, when no job
   * could be started any more.
   *
   * @param spare whether no job waits for what a canary has or would take; else it gives way
   * @param landed called when its permit is free again
   */
  void look(boolean spare, Runnable landed) {
    watch.report();
    if (!spare) {
      giveWay();
      return;
    }
    if (flying.count() > 0 || flying.stopping() || !watch.isDue()) {
      return;
    }
    Optional<VmPermits.Permit> permit = permits.tryAcquire();
    if (permit.isEmpty()) {
      return;
    }
    Execution execution = execution();
    ActiveGuests.Guest guest = flying.enter(execution.id().toString());
    boolean started = false;
    try {
      if (permit.get().reserve(sessions.memoryMib(execution))) {
        executor.execute(
            () -> {
              fly(execution, guest, permit.get());
              landed.run();
            });
        started = true;
      }
    } catch (PlatformException e) {
      failed(guest, e.getMessage());
    } catch (RejectedExecutionException e) {
      LOG.log(Level.INFO, "No canary VM is started: {0}", e.getMessage());
    } finally {
      if (!started) {
        guest.leave();
        permit.get().release();
      }
    }
  }

  private void fly(Execution execution, ActiveGuests.Guest guest, VmPermits.Permit permit) {
    try {
      preparation.ensure();
      if (!sessions.needsAddress(execution.network())) {
        fly(execution, guest, Optional.empty());
        return;
      }
      Optional<GuestAddress> address = leases.free(sessions.preparedAddresses(execution.network()));
      if (address.isPresent()) {
        String id = execution.id().toString();
        fly(execution, guest, Optional.of(leases.lease(address.get(), id, node)));
      }
    } catch (PlatformException e) {
      failed(guest, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "A canary VM could not be tried; the timer tries again", e);
    } finally {
      guest.leave();
      permit.release();
    }
  }

  private Execution execution() {
    return Execution.of(
            UUID.randomUUID(),
            inventory.smallestLanguage().orElse(""),
            NOTHING,
            NOTHING,
            limits.defaults())
        .about("canary");
  }

  private void fly(Execution execution, ActiveGuests.Guest guest, Optional<Lease> lease)
      throws PlatformException, InterruptedException {
    GuestSession session = null;
    try {
      session = sessions.open(execution, lease.map(Lease::address));
      if (guest.use(session)) {
        watch.answered(session.awaitAgent());
        metrics.canary("ready");
      }
    } finally {
      if (session == null || closed(session)) {
        lease.ifPresent(records::release);
      }
    }
  }

  private static boolean closed(GuestSession session) {
    try {
      session.close();
      return true;
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "A canary VM could not be closed; its address, if any, stays taken", e);
      return false;
    }
  }

  private void failed(ActiveGuests.Guest guest, String sentence) {
    boolean endedByUs = guest.cancelled() || flying.stopping();
    metrics.canary(endedByUs ? "gave_way" : "failed");
    if (!endedByUs) {
      watch.failed(sentence);
    }
  }

  /** Ends the one that flies, if any: a job can use its place. */
  void giveWay() {
    flying.jobIds().forEach(flying::cancel);
  }

  /** Ends the one that flies, if any, and starts no other. */
  void stop() {
    flying.endAll();
  }

  /** The execution for which it may have an address, if one flies. */
  Set<String> flying() {
    return flying.jobIds();
  }
}
