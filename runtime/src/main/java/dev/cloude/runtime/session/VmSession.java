package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.AgentException;
import dev.cloude.runtime.agent.AgentRequest;
import dev.cloude.runtime.agent.Deadline;
import dev.cloude.runtime.agent.OutputRelay;
import dev.cloude.runtime.agent.Repeats;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
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
import java.util.function.Supplier;

/** One VM's life after its start. */
final class VmSession implements GuestSession {
  /** So often in a row that the agent is surely gone; a few seconds, with the pauses between. */
  private static final int MOST_REFUSED = 8;

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
  private final HostDeadline hostDeadline;
  private final VmRegistry registry;
  private final Ticker ticker;
  private final Supplier<GuestReceipt> receipt;

  VmSession(
      VmRegistry.Vm vm,
      GuestPort port,
      VmHandle handle,
      AgentClient agent,
      AgentRequest request,
      Duration readyTimeout,
      HostDeadline hostDeadline,
      VmRegistry registry,
      Ticker ticker,
      Supplier<GuestReceipt> receipt) {
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
    this.receipt = receipt;
    // A guest that is gone does not hang up: without this, a wait for it would last to its limit.
    exited.thenRun(agent::abort);
  }

  @Override
  public ExecutionResult run(ExecutionListener listener)
      throws PlatformException, InterruptedException {
    Duration ready = awaitAgent();
    handle.kernelTime().ifPresent(listener::kernelStarted);
    listener.agentReady(ready);
    return execute(new OutputRelay(request.limits().outputBytes(), listener));
  }

  @Override
  public GuestReceipt receipt() {
    return receipt.get();
  }

  /** Asks until the agent answers, the VM ends, or the time is over. */
  @Override
  public Duration awaitAgent() throws PlatformException, InterruptedException {
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
    vm.advance(VmState.RUNNING);
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

  private ExecutionResult execute(OutputRelay relay)
      throws PlatformException, InterruptedException {
    Deadline deadline = Deadline.after(hostDeadline.beforeAnyPhase(), ticker);
    Repeats repeats = new Repeats(() -> ThreadLocalRandom.current().nextDouble());
    int refused = 0;
    while (true) {
      try {
        return agent.execute(
            request, relay, deadline, phase -> deadline.set(hostDeadline.of(phase)));
      } catch (AgentException e) {
        if (exited.isDone() || e.mayBeRepeated() && awaitExit(shorter(repeats.next(), deadline))) {
          throw GuestEnd.toException(exited.join(), "before the program ended");
        }
        refused = e.code() == AgentException.Code.REFUSED_CONNECTION ? refused + 1 : 0;
        if (!e.mayBeRepeated() || relay.begun() && refused == MOST_REFUSED) {
          throw failed(e, relay.begun());
        }
        if (deadline.isOver()) {
          throw PlatformException.deadline(
              hostDeadline.sentence(relay.reached(), e.getMessage()), deadline.lateness());
        }
      }
    }
  }

  private static PlatformException failed(AgentException e, boolean begun) {
    switch (e.code()) {
      case REFUSED:
        return new PlatformException(
            Code.AGENT_FAILED, "The program could not be run: " + e.getMessage() + ".", e);
      case FORGOTTEN:
      case REFUSED_CONNECTION:
        return new PlatformException(
            Code.AGENT_GONE,
            "The guest's agent was ended while the program ran, so that the program's end is not"
                + " known: %s.".formatted(e.getMessage()),
            e);
      default:
        return new PlatformException(
            Code.AGENT_PROTOCOL,
            "The guest's agent was not understood: %s%s."
                .formatted(e.getMessage(), begun ? "; the program had begun" : ""),
            e);
    }
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
