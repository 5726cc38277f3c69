package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.JobSubmitted;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.NodeStatus;
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
import java.time.Instant;

/**
 * Starts, drives and stops the running of jobs on this node. Its timer is the safety net: jobs are
 * normally started by the event of their submission or by the end of another one.
 */
@Singleton
@Startup
@DependsOn({"Migrations", "JobQueue", "IpLeases"}) // used until the very end of this bean
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class JobEngine {
  private static final System.Logger LOG = System.getLogger(JobEngine.class.getName());
  private static final String RESTARTED = "The server restarted while the job ran.";
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  @Resource private ManagedThreadFactory threads;

  @EJB private JobQueue queue;
  @EJB private IpLeases leases;
  @Inject private GuestSessions sessions;
  @Inject private NodeStatus status;
  @Inject private VmSettings vms;
  @Inject private JobSettings settings;

  private final ActiveGuests guests = new ActiveGuests();
  private JobExecutor executor;
  private JobDispatcher dispatcher;

  @PostConstruct
  void start() {
    reconcile();
    executor = new JobExecutor(threads, vms.maxConcurrent());
    NodePreparation preparation = new NodePreparation(sessions);
    JobRecords records = new JobRecords(queue, leases, FIRST_PAUSE);
    dispatcher =
        new JobDispatcher(
            queue,
            new JobExecution(sessions, preparation, guests, records),
            preparation,
            executor,
            status,
            vms.maxConcurrent());
    checkDatabase();
    dispatcher.wake();
  }

  /** Nothing of an earlier life of this server can still run: its VMs died with it. */
  private void reconcile() {
    int jobs = queue.failRunning(RESTARTED);
    int addresses = leases.releaseAll();
    if (jobs + addresses > 0) {
      LOG.log(
          Level.WARNING,
          "{0} jobs ran when the server ended and are errors now; {1} addresses were freed",
          jobs,
          addresses);
    }
  }

  /** Called when a submission is committed. */
  public void submitted(@Observes(during = TransactionPhase.AFTER_SUCCESS) JobSubmitted job) {
    LOG.log(Level.INFO, "job {0}: pending", job.id());
    dispatcher.wake();
  }

  @Schedule(hour = "*", minute = "*", second = "*/5", persistent = false)
  void tick() {
    if (checkDatabase()) {
      deleteOldJobs();
    }
    dispatcher.wake();
  }

  private boolean checkDatabase() {
    try {
      status.report(
          NodeStatus.Subject.DATABASE,
          true,
          "%d jobs wait, %d addresses are leased.".formatted(queue.pending(), leases.taken()));
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "The database does not answer", e);
      status.report(
          NodeStatus.Subject.DATABASE,
          false,
          "The database does not answer; see the server's log.");
      return false;
    }
  }

  private void deleteOldJobs() {
    try {
      int deleted = queue.deleteFinishedBefore(Instant.now().minus(settings.retention()));
      if (deleted > 0) {
        LOG.log(Level.INFO, "{0} jobs were deleted after their retention time", deleted);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Old jobs could not be deleted; the timer tries again", e);
    }
  }

  @PreDestroy
  void stop() {
    dispatcher.stopClaiming();
    guests.endAll();
    if (dispatcher.awaitIdle(STOP_LIMIT)) {
      LOG.log(Level.INFO, "No job runs any more");
    } else {
      LOG.log(
          Level.ERROR,
          "{0} VMs did not end within {1} s; the next start cleans up",
          guests.count(),
          STOP_LIMIT.toSeconds());
    }
    executor.close();
  }
}
