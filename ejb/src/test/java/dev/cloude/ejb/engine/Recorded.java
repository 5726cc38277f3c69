package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.TestJobs;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.NodeInventory;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.metrics.JobMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
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

  static final ExecutionResult RESULT = ended(0);

  private static final GuestAddress ADDRESS =
      Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24).guest(0);

  /** A program that ended by itself. */
  static ExecutionResult ended(int exitCode) {
    ProcessEnd end =
        new ProcessEnd(
            exitCode,
            OptionalInt.empty(),
            Optional.empty(),
            Duration.ofMillis(3),
            Optional.empty(),
            OptionalLong.empty());
    return new ExecutionResult(Optional.empty(), Optional.of(end), Optional.empty(), Map.of());
  }

  final List<String> events = new CopyOnWriteArrayList<>();
  final Map<String, JobResult> results = new ConcurrentHashMap<>();
  final FakeQueue queue = new FakeQueue();
  final FakeLeases leases = new FakeLeases();
  final FakeSessions sessions = new FakeSessions();
  final ActiveGuests guests = new ActiveGuests();
  final JobJournals journals = new JobJournals();
  final QueueDepth depth = new QueueDepth();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final JobMetrics metrics = new JobMetrics(meters);
  final NodePreparation preparation = new NodePreparation(sessions);
  final NodeStatus status = new NodeStatus();

  /** A time that stands still unless a test moves it, in nanoseconds. */
  final AtomicLong now = new AtomicLong();

  final AgentWatch watch = new AgentWatch(status, Duration.ofMinutes(5), now::get);
  final JobExecution execution = execution(RestartPolicy.FAIL);

  JobExecution execution(RestartPolicy policy) {
    return new JobExecution(
        sessions,
        preparation,
        guests,
        new JobRecords(queue, leases, Duration.ZERO),
        journals,
        depth,
        metrics,
        watch,
        policy,
        "1");
  }

  Admission admission(VmPermits permits) {
    return new Admission(queue, sessions, execution, permits, depth, "node");
  }

  Canary canary(VmPermits permits, Executor executor) {
    return new Canary(
        "node",
        sessions,
        preparation,
        new FakeInventory(),
        TestJobs.LIMITS,
        leases,
        new JobRecords(queue, leases, Duration.ZERO),
        permits,
        watch,
        metrics,
        executor);
  }

  /** How many canaries ended in this way. */
  double canaries(String result) {
    return meters.counter("cloude.canaries", "result", result).count();
  }

  private static final class FakeInventory implements NodeInventory {
    @Override
    public Map<String, Integer> vms() {
      return Map.of();
    }

    @Override
    public Map<String, String> versions() {
      return Map.of();
    }

    @Override
    public Optional<String> smallestLanguage() {
      return Optional.of("python");
    }
  }

  static Claim claim(String jobId) {
    return claim(jobId, 1);
  }

  static Claim claim(String jobId, int attempt) {
    return new Claim(
        jobId,
        attempt,
        Execution.of(
            UUID.randomUUID(), "python", new byte[] {1}, new byte[0], TestJobs.LIMITS.defaults()),
        Optional.empty(),
        Duration.ofMillis(1),
        Optional.of(new Lease("lease of " + jobId, ADDRESS)));
  }

  /** The queue, of claims that were put there. */
  final class FakeQueue extends JobQueue {
    final Queue<Claim> waiting = new ConcurrentLinkedQueue<>();

    /** How many calls fail from now on, as if the database was away. */
    final AtomicInteger outages = new AtomicInteger();

    boolean stillRunning = true;

    @Override
    public Optional<Claim> claimNext(
        String node,
        Predicate<NetworkPolicy> needsAddress,
        Function<NetworkPolicy, List<GuestAddress>> preferred) {
      outage();
      return Optional.ofNullable(waiting.poll());
    }

    @Override
    public boolean advance(String jobId, int attempt, JobState state) {
      outage();
      events.add(state.wireName() + " " + jobId);
      return stillRunning;
    }

    @Override
    public boolean finish(String jobId, int attempt, JobResult result) {
      outage();
      results.put(jobId, result);
      events.add(
          "finish %s %s%s"
              .formatted(
                  jobId,
                  result.verdict().wireName(),
                  result.failure().map(sentence -> ": " + sentence).orElse("")));
      return stillRunning;
    }

    @Override
    public boolean requeue(String jobId, int attempt) {
      outage();
      events.add("requeue " + jobId);
      return stillRunning;
    }

    @Override
    public void tornDown(String jobId, Duration after) {
      assertThat(after.isNegative()).isFalse();
    }

    private void outage() {
      if (outages.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IllegalStateException("the database is away");
      }
    }
  }

  /** One address, as often as it is wanted. */
  final class FakeLeases extends IpLeases {
    boolean exhausted;

    @Override
    public Optional<GuestAddress> free(List<GuestAddress> preferred) {
      return exhausted ? Optional.empty() : Optional.of(ADDRESS);
    }

    @Override
    public Lease lease(GuestAddress guest, String owner, String nodeId) {
      return new Lease("lease of a canary", guest);
    }

    @Override
    public void release(String leaseId) {
      events.add("release " + leaseId);
    }
  }

  /** What a VM does instead of running. */
  interface Program {
    ExecutionResult run(Execution execution, ExecutionListener listener)
        throws PlatformException, InterruptedException;
  }

  /** What a VM without a program does. */
  interface Agent {
    Duration await() throws PlatformException, InterruptedException;
  }

  /** VMs that do what the test says. */
  final class FakeSessions implements GuestSessions {
    Program program = (execution, listener) -> RESULT;
    Agent agent = () -> Duration.ofMillis(2);
    volatile ToIntFunction<Execution> memory = execution -> 0;
    Runnable onOpen = () -> {};
    Runnable onClose = () -> {};
    PlatformException refusal;
    PlatformException unprepared;
    boolean addresses = true;
    final AtomicInteger prepared = new AtomicInteger();

    @Override
    public boolean needsAddress(NetworkPolicy policy) {
      return addresses;
    }

    @Override
    public GuestSession open(Execution execution, Optional<GuestAddress> address)
        throws PlatformException {
      if (refusal != null) {
        throw refusal;
      }
      assertThat(address.isPresent()).isEqualTo(addresses);
      onOpen.run();
      return new GuestSession() {
        @Override
        public ExecutionResult run(ExecutionListener listener)
            throws PlatformException, InterruptedException {
          return program.run(execution, listener);
        }

        @Override
        public Duration awaitAgent() throws PlatformException, InterruptedException {
          return agent.await();
        }

        @Override
        public GuestReceipt receipt() {
          return new GuestReceipt("kernel", "image", "3.11", "fake", 512);
        }

        @Override
        public void close() {
          events.add("close");
          onClose.run();
        }
      };
    }

    @Override
    public int memoryMib(Execution execution) throws PlatformException {
      if (refusal != null) {
        throw refusal;
      }
      return memory.applyAsInt(execution);
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
