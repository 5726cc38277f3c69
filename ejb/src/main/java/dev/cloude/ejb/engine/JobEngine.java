package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.JobSubmitted;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.Retention;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.journal.NodeControl;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.node.NodeIdentity;
import dev.cloude.ejb.node.Nodes;
import dev.cloude.ejb.node.PeerWatch;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.config.WatchSettings;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.NodeInventory;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.metrics.JobMetrics;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Starts, drives and stops the running of jobs on this node. Its timer is the safety net: jobs are
 * normally started by the event of their submission or by the end of another one.
 */
@Singleton
@Startup
@DependsOn({"Migrations", "JobQueue", "IpLeases", "Nodes", "Retention"}) // used until the very end
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class JobEngine {
  private static final System.Logger LOG = System.getLogger(JobEngine.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  @Resource private ManagedThreadFactory threads;

  @EJB private JobQueue queue;
  @EJB private IpLeases leases;
  @EJB private Nodes nodes;
  @EJB private Retention retention;
  @Inject private GuestSessions sessions;
  @Inject private NodeStatus status;
  @Inject private NodeInventory inventory;
  @Inject private NodeIdentity identity;
  @Inject private VmSettings vms;
  @Inject private NetworkSettings network;
  @Inject private JobSettings settings;
  @Inject private LimitSettings limits;
  @Inject private WatchSettings watch;
  @Inject private JobMetrics metrics;
  @Inject private JobJournals journals;
  @Inject private QueueDepth depth;
  @Inject private NodeControl control;

  private final ActiveGuests guests = new ActiveGuests();
  private VmPermits permits;
  private ManagedThreads executor;
  private ManagedThreads callbacks;
  private AgentWatch agentWatch;
  private JobRecords records;
  private NodePreparation preparation;
  private Canary canary;
  private HeldJobs held;
  private JobDispatcher dispatcher;
  private NodeLife life;
  private Housekeeping housekeeping;
  private DiskWatch disk;

  @PostConstruct
  void start() {
    permits = VmPermits.of(vms, addresses(), HostMemory.mib());
    executor = ManagedThreads.forJobs(threads, permits.most());
    callbacks = ManagedThreads.forCallbacks(threads);
    agentWatch = new AgentWatch(status, watch.canary(), System::nanoTime);
    records = new JobRecords(queue, leases, FIRST_PAUSE);
    preparation = new NodePreparation(sessions);
    canary = canary();
    JobExecution execution = execution();
    Admission admission = new Admission(queue, sessions, execution, permits, depth, identity.id());
    held = new HeldJobs(admission, guests);
    dispatcher =
        new JobDispatcher(admission, execution, preparation, executor, status, permits, canary);
    life = life();
    housekeeping =
        new Housekeeping(
            identity.id(), queue, leases, retention, settings, status, metrics, journals, depth);
    disk = new DiskWatch(watch, status);
    life.begin();
    control.use(new EngineDoor(permits, dispatcher, callbacks, held::cancel));
    metrics.permits(permits::free, permits.most());
    metrics.memory(permits::freeMib, permits.memoryMib());
    housekeeping.checkDatabase(Set.of());
    disk.look();
    LOG.log(
        Level.INFO,
        "Node {0} runs up to {1} VMs at once, with up to {2} MiB of memory together",
        identity.id(),
        Integer.toString(permits.most()),
        Integer.toString(permits.memoryMib()));
    dispatcher.wake();
  }

  private Canary canary() {
    return new Canary(
        identity.id(),
        sessions,
        preparation,
        inventory,
        limits,
        leases,
        records,
        permits,
        agentWatch,
        metrics,
        executor);
  }

  private JobExecution execution() {
    return new JobExecution(
        sessions,
        preparation,
        guests,
        records,
        journals,
        depth,
        metrics,
        agentWatch,
        settings.restartPolicy(),
        inventory.versions().get("cloude"));
  }

  private NodeLife life() {
    return new NodeLife(
        identity.id(),
        identity.life(),
        nodes,
        queue,
        leases,
        new PeerWatch(identity.id(), settings.deadAfter(), System::nanoTime),
        settings.restartPolicy(),
        journals,
        metrics,
        this::endVms);
  }

  /** What this node held belongs to others now. */
  private void endVms() {
    guests.endCurrent();
    canary.giveWay();
  }

  /** Called when a submission is committed. */
  public void submitted(@Observes(during = TransactionPhase.AFTER_SUCCESS) JobSubmitted job) {
    LOG.log(Level.INFO, "job {0}: queued", job.id());
    dispatcher.wake();
  }

  /** Short looks at the rows of jobs that somebody waits for, or wants to end. */
  @Schedule(hour = "*", minute = "*", second = "*", persistent = false)
  void everySecond() {
    if (dispatcher.claiming()) {
      housekeeping.lookForNews(!held.ids().isEmpty(), control.engine()::cancel);
    }
  }

  @Schedule(hour = "*", minute = "*", second = "*/5", persistent = false)
  void everyFiveSeconds() {
    if (!dispatcher.claiming()) {
      return;
    }
    disk.look();
    if (housekeeping.checkDatabase(canary.flying())) {
      beat();
      housekeeping.giveUpOrphans(held::ids);
      housekeeping.deleteOldJobs();
    }
    dispatcher.wake();
  }

  private void beat() {
    try {
      if (!life.beat()) {
        dispatcher.stopClaiming("Another server has taken this node's id; set NODE_ID.");
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "This node's sign of life failed; the timer tries again", e);
    }
  }

  /** Drains: what runs may go on for a while; what runs then waits again. */
  @PreDestroy
  void stop() {
    dispatcher.stopClaiming("The server stops.");
    canary.stop();
    if (!dispatcher.awaitIdle(settings.drain())) {
      LOG.log(
          Level.INFO,
          "{0} jobs still run after {1} s; their VMs are ended",
          guests.count(),
          settings.drain().toSeconds());
      guests.endAll();
    }
    if (dispatcher.awaitIdle(STOP_LIMIT)) {
      LOG.log(Level.INFO, "No job runs any more");
      leave();
    } else {
      LOG.log(
          Level.ERROR,
          "{0} VMs did not end within {1} s; the next start cleans up",
          guests.count(),
          STOP_LIMIT.toSeconds());
    }
    executor.close();
    callbacks.close();
  }

  private OptionalLong addresses() {
    return sessions.needsAddress(NetworkPolicy.NONE)
        ? OptionalLong.of(network.range().guests())
        : OptionalLong.empty();
  }

  private void leave() {
    try {
      life.end();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "This node could not sign off; others will find it gone", e);
    }
  }
}
