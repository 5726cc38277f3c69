package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.PlatformException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Stand-ins around the engine that write down what it does, in order. */
final class Recorded {
  /** Kept, because the logging framework forgets levels with their loggers. */
  private static final Logger ENGINE = Logger.getLogger("dev.cloude.ejb.engine");

  static {
    // The failures that the tests make on purpose.
    ENGINE.setLevel(Level.OFF);
  }

  static final ExecutionResult RESULT =
      new ExecutionResult(
          0,
          new byte[0],
          new byte[0],
          false,
          false,
          false,
          new ExecutionResult.Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));

  final List<String> events = new CopyOnWriteArrayList<>();
  final FakeQueue queue = new FakeQueue();
  final FakeLeases leases = new FakeLeases();
  final FakeSessions sessions = new FakeSessions();
  final ActiveGuests guests = new ActiveGuests();
  final NodePreparation preparation = new NodePreparation(sessions);
  final JobExecution execution =
      new JobExecution(sessions, preparation, guests, new JobRecords(queue, leases, Duration.ZERO));

  static Claim claim(String jobId) {
    GuestAddress address =
        Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24).guest(0);
    return new Claim(
        jobId,
        1,
        new Execution(UUID.randomUUID(), "python", new byte[] {1}),
        new Lease("lease of " + jobId, address));
  }

  /** The queue, of claims that were put there. */
  final class FakeQueue extends JobQueue {
    final Queue<Claim> waiting = new ConcurrentLinkedQueue<>();

    /** How many calls fail from now on, as if the database was away. */
    final AtomicInteger outages = new AtomicInteger();

    boolean stillRunning = true;

    @Override
    public Optional<Claim> claimNext() {
      outage();
      return Optional.ofNullable(waiting.poll());
    }

    @Override
    public boolean finish(String jobId, int attempt, ExecutionResult result) {
      outage();
      events.add("finish " + jobId);
      return stillRunning;
    }

    @Override
    public boolean fail(String jobId, int attempt, String reason) {
      outage();
      events.add("fail " + jobId + ": " + reason);
      return stillRunning;
    }

    private void outage() {
      if (outages.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IllegalStateException("the database is away");
      }
    }
  }

  /** Leases that are only given back. */
  final class FakeLeases extends IpLeases {
    @Override
    public void release(String leaseId) {
      events.add("release " + leaseId);
    }
  }

  /** What a VM does instead of running. */
  interface Program {
    ExecutionResult run(Execution execution) throws PlatformException, InterruptedException;
  }

  /** VMs that do what the test says. */
  final class FakeSessions implements GuestSessions {
    Program program = execution -> RESULT;
    Runnable onClose = () -> {};
    PlatformException refusal;
    PlatformException unprepared;
    final AtomicInteger prepared = new AtomicInteger();

    @Override
    public GuestSession open(Execution execution, GuestAddress address) throws PlatformException {
      if (refusal != null) {
        throw refusal;
      }
      return new GuestSession() {
        @Override
        public ExecutionResult run() throws PlatformException, InterruptedException {
          return program.run(execution);
        }

        @Override
        public void close() {
          events.add("close");
          onClose.run();
        }
      };
    }

    @Override
    public void prepare() throws PlatformException {
      prepared.incrementAndGet();
      if (unprepared != null) {
        throw unprepared;
      }
    }
  }
}
