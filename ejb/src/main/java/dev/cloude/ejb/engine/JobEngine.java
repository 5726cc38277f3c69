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
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.job.GuestSessions;
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
  @Inject private JobMetrics metrics;
  @Inject private JobJournals journals;
  @Inject private QueueDepth depth;
  @Inject private NodeControl control;

  private final ActiveGuests guests = new ActiveGuests();
  private ManagedThreads executor;
  private ManagedThreads callbacks;
  private JobDispatcher dispatcher;
  private NodeLife life;
  private Housekeeping housekeeping;

  @PostConstruct
  void start() {
    int permits = VmPermits.count(vms, network, VmPermits.hostMib());
    executor = ManagedThreads.forJobs(threads, permits);
    callbacks = ManagedThreads.forCallbacks(threads);
    dispatcher = dispatcher(permits);
    life =
        new NodeLife(
            identity.id(),
            identity.life(),
            nodes,
            queue,
            leases,
            new PeerWatch(identity.id(), settings.deadAfter(), System::nanoTime),
            settings.restartPolicy(),
            journals,
            metrics,
            guests::endCurrent);
    housekeeping =
        new Housekeeping(
            identity.id(), queue, leases, retention, settings, status, metrics, journals, depth);
    life.begin();
    control.use(new Door());
    metrics.permits(dispatcher::free, permits);
    housekeeping.checkDatabase();
    LOG.log(
        Level.INFO,
        "Node {0} runs up to {1} VMs at once",
        identity.id(),
        Integer.toString(permits));
    dispatcher.wake();
  }

  private JobDispatcher dispatcher(int permits) {
    NodePreparation preparation = new NodePreparation(sessions);
    JobExecution execution =
        new JobExecution(
            sessions,
            preparation,
            guests,
            new JobRecords(queue, leases, FIRST_PAUSE),
            journals,
            depth,
            metrics,
            settings.restartPolicy(),
            inventory.versions().get("cloude"));
    return new JobDispatcher(
        queue, execution, preparation, executor, status, depth, identity.id(), permits);
  }

  /** What others may ask of this bean. */
  private final class Door implements NodeControl.Engine {
    @Override
    public ManagedThreads callbacks() {
      return callbacks;
    }

    @Override
    public void cancel(String jobId) {
      callbacks.execute(() -> guests.cancel(jobId));
    }

    @Override
    public int maxVms() {
      return dispatcher.maxConcurrent();
    }

    @Override
    public int freeVms() {
      return dispatcher.free();
    }

    @Override
    public boolean accepting() {
      return dispatcher.claiming();
    }
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
      housekeeping.lookForNews(guests.count() > 0, control.engine()::cancel);
    }
  }

  @Schedule(hour = "*", minute = "*", second = "*/5", persistent = false)
  void everyFiveSeconds() {
    if (!dispatcher.claiming()) {
      return;
    }
    if (housekeeping.checkDatabase()) {
      beat();
      housekeeping.giveUpOrphans(guests::jobIds);
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

  private void leave() {
    try {
      life.end();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "This node could not sign off; others will find it gone", e);
    }
  }
}
