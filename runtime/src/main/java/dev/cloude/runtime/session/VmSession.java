package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.AgentException;
import dev.cloude.runtime.agent.AgentRequest;
import dev.cloude.runtime.agent.AgentResult;
import dev.cloude.runtime.agent.Deadline;
import dev.cloude.runtime.agent.Repeats;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.network.GuestPort;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One VM's life after its start. */
final class VmSession implements GuestSession {
  private static final Duration POLL_PAUSE = Duration.ofMillis(10);
  private static final Duration SHORTEST_CONNECT = Duration.ofMillis(10);
  private static final Duration LONGEST_CONNECT = Duration.ofMillis(250);

  private final VmRegistry.Vm vm;
  private final GuestPort port;
  private final VmHandle handle;
  private final CompletableFuture<VmExit> exited;
  private final AgentClient agent;
  private final AgentRequest request;
  private final Duration readyTimeout;
  private final Duration hostDeadline;
  private final VmRegistry registry;
  private final Ticker ticker;
  private final Duration creation;

  VmSession(
      VmRegistry.Vm vm,
      GuestPort port,
      VmHandle handle,
      AgentClient agent,
      AgentRequest request,
      Duration readyTimeout,
      Duration hostDeadline,
      VmRegistry registry,
      Ticker ticker,
      Duration creation) {
    this.vm = vm;
    this.port = port;
    this.handle = handle;
    this.exited = handle.exited();
    this.agent = agent;
    this.request = request;
    this.readyTimeout = readyTimeout;
    this.hostDeadline = hostDeadline;
    this.registry = registry;
    this.ticker = ticker;
    this.creation = creation;
    // A guest that is gone does not hang up: without this, a wait for it would last to its limit.
    exited.thenRun(agent::abort);
  }

  @Override
  public ExecutionResult run() throws PlatformException, InterruptedException {
    Duration ready = awaitAgent();
    vm.advance(VmState.RUNNING);
    AgentResult result = execute();
    return new ExecutionResult(
        result.exitCode(),
        result.stdout(),
        result.stderr(),
        result.timedOut(),
        result.stdoutTruncated(),
        result.stderrTruncated(),
        new ExecutionResult.Timings(creation, ready, result.compile(), result.run()));
  }

  /** Asks until the agent answers, the VM ends, or the time is over; returns how long it took. */
  private Duration awaitAgent() throws PlatformException, InterruptedException {
    Deadline deadline = Deadline.after(readyTimeout, ticker);
    while (!agent.isHealthy(connectLimit(deadline.elapsed()), deadline)) {
      if (awaitExit(POLL_PAUSE)) {
        registry.reportReadiness(false, deadline.elapsed());
        throw GuestEnd.toException(exited.join(), "before its agent answered");
      }
      if (deadline.isOver()) {
        registry.reportReadiness(false, deadline.elapsed());
        throw new PlatformException(
            Code.AGENT_SILENT,
            "The guest's agent did not answer within %d s (VM_READY_TIMEOUT_SECS)."
                .formatted(readyTimeout.toSeconds()));
      }
    }
    Duration elapsed = deadline.elapsed();
    handle.agentReady();
    registry.reportReadiness(true, elapsed);
    return elapsed;
  }

  /**
   * A guest without a network yet drops the request to connect, and the next one is sent only when
   * this one is given up: soon in a fast boot, later in a slow one, where answers are slow too.
   */
  private static Duration connectLimit(Duration elapsed) {
    Duration limit = SHORTEST_CONNECT.plus(elapsed.dividedBy(20));
    return limit.compareTo(LONGEST_CONNECT) < 0 ? limit : LONGEST_CONNECT;
  }

  private AgentResult execute() throws PlatformException, InterruptedException {
    Deadline deadline = Deadline.after(hostDeadline, ticker);
    Repeats repeats = new Repeats(() -> ThreadLocalRandom.current().nextDouble());
    while (true) {
      try {
        return agent.execute(request, deadline);
      } catch (AgentException e) {
        if (exited.isDone() || e.mayBeRepeated() && awaitExit(shorter(repeats.next(), deadline))) {
          throw GuestEnd.toException(exited.join(), "before the program ended");
        }
        if (!e.mayBeRepeated()) {
          throw failed(e);
        }
        if (deadline.isOver()) {
          throw new PlatformException(
              Code.EXECUTION_DEADLINE,
              "The guest did not report the program's end within %d s; it may have run (%s)."
                  .formatted(hostDeadline.toSeconds(), e.getMessage()),
              e);
        }
      }
    }
  }

  private static PlatformException failed(AgentException e) {
    boolean refused = e.code() == AgentException.Code.REFUSED;
    return new PlatformException(
        refused ? Code.AGENT_FAILED : Code.AGENT_PROTOCOL,
        "The program could not be run: "
            + e.getMessage()
            + (refused ? "" : "; the guest's fault")
            + ".",
        e);
  }

  private static Duration shorter(Duration pause, Deadline deadline) {
    Duration left = deadline.remaining();
    return left.compareTo(pause) < 0 ? left : pause;
  }

  /** Waits for the VM's end; whether it has come. */
  private boolean awaitExit(Duration limit) throws InterruptedException {
    try {
      exited.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a VM's end is never a failure", e);
    }
  }

  @Override
  public synchronized void close() {
    if (vm.state() == VmState.GONE) {
      return;
    }
    vm.to(VmState.STOPPING);
    agent.abort();
    try {
      handle.close();
      port.close();
    } catch (IllegalStateException e) {
      vm.to(VmState.STUCK);
      throw new IllegalStateException("VM " + vm.name() + " is not gone: " + e.getMessage(), e);
    }
    vm.to(VmState.GONE);
  }
}
