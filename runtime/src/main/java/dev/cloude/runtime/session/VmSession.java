package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentException;
import dev.cloude.runtime.agent.AgentRequest;
import dev.cloude.runtime.agent.Deadline;
import dev.cloude.runtime.agent.OutputRelay;
import dev.cloude.runtime.agent.Repeats;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.network.GuestPort;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** One VM's life after its start. */
final class VmSession implements GuestSession {
  /** So often in a row that the agent is surely gone; a few seconds, with the pauses between. */
  private static final int MOST_REFUSED = 8;

  private final VmRegistry.Vm vm;
  private final Optional<GuestPort> port;
  private final VmHandle handle;
  private final AgentAccess access;
  private final AgentRequest request;
  private final Duration readyTimeout;
  private final HostDeadline hostDeadline;
  private final VmRegistry registry;
  private final Ticker ticker;
  private final Supplier<GuestReceipt> receipt;

  /**
   * @param port its place on the bridge, if it has a network
   */
  VmSession(
      VmRegistry.Vm vm,
      Optional<GuestPort> port,
      VmHandle handle,
      AgentAccess access,
      AgentRequest request,
      Duration readyTimeout,
      HostDeadline hostDeadline,
      VmRegistry registry,
      Ticker ticker,
      Supplier<GuestReceipt> receipt) {
    this.vm = vm;
    this.port = port;
    this.handle = handle;
    this.access = access;
    this.request = request;
    this.readyTimeout = readyTimeout;
    this.hostDeadline = hostDeadline;
    this.registry = registry;
    this.ticker = ticker;
    this.receipt = receipt;
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

  @Override
  public Duration awaitAgent() throws PlatformException, InterruptedException {
    Deadline deadline = Deadline.after(readyTimeout, ticker);
    boolean answers;
    try {
      answers = access.start().await(deadline);
    } catch (AgentException e) {
      registry.reportReadiness(false, deadline.elapsed());
      throw failed(e, false);
    }
    Duration elapsed = deadline.elapsed();
    registry.reportReadiness(answers, elapsed);
    if (!answers) {
      throw access.end().hasCome()
          ? access.end().toException("before its agent answered")
          : new PlatformException(
              Code.AGENT_SILENT,
              "The guest's agent did not answer within %d s (VM_READY_TIMEOUT_SECS)."
                  .formatted(readyTimeout.toSeconds()));
    }
    handle.agentReady();
    port.ifPresent(GuestPort::guestReady);
    vm.advance(VmState.RUNNING);
    return elapsed;
  }

  private ExecutionResult execute(OutputRelay relay)
      throws PlatformException, InterruptedException {
    Deadline deadline = Deadline.after(hostDeadline.beforeAnyPhase(), ticker);
    Repeats repeats = new Repeats(() -> ThreadLocalRandom.current().nextDouble());
    int refused = 0;
    while (true) {
      try {
        return access
            .client()
            .execute(request, relay, deadline, phase -> deadline.set(hostDeadline.of(phase)));
      } catch (AgentException e) {
        VmEnd end = access.end();
        if (end.hasCome()
            || e.mayBeRepeated() && end.comesWithin(shorter(repeats.next(), deadline))) {
          throw end.toException("before the program ended");
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

  @Override
  public synchronized void close() {
    if (vm.state() == VmState.GONE) {
      return;
    }
    vm.to(VmState.STOPPING);
    access.client().abort();
    try {
      handle.close();
      port.ifPresent(GuestPort::close);
    } catch (IllegalStateException e) {
      vm.to(VmState.STUCK);
      throw new IllegalStateException("VM " + vm.name() + " is not gone: " + e.getMessage(), e);
    }
    vm.to(VmState.GONE);
  }
}
