package dev.cloude.runtime.session;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.AgentRequest;
import dev.cloude.runtime.agent.Deadline;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.config.ExecutionSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.network.GuestPort;
import dev.cloude.runtime.network.NodeNetwork;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;

/** Makes a fresh VM for every execution. */
public final class VmSessions implements GuestSessions {
  private final Supplier<DriverChoice> driver;
  private final NodeNetwork network;
  private final GuestImages images;
  private final VmSettings vms;
  private final ExecutionSettings limits;
  private final VmRegistry registry;
  private final Ticker ticker;
  private final Runnable endOrphans;
  private final int agentPort;

  /**
   * @param driver asked anew for every VM
   * @param endOrphans ends VMs that an earlier life of this server left running
   */
  public VmSessions(
      Supplier<DriverChoice> driver,
      NodeNetwork network,
      GuestImages images,
      VmSettings vms,
      ExecutionSettings limits,
      VmRegistry registry,
      Runnable endOrphans) {
    this(
        driver,
        network,
        images,
        vms,
        limits,
        registry,
        endOrphans,
        Ticker.system(),
        AgentClient.PORT);
  }

  VmSessions(
      Supplier<DriverChoice> driver,
      NodeNetwork network,
      GuestImages images,
      VmSettings vms,
      ExecutionSettings limits,
      VmRegistry registry,
      Runnable endOrphans,
      Ticker ticker,
      int agentPort) {
    this.driver = driver;
    this.network = network;
    this.images = images;
    this.vms = vms;
    this.limits = limits;
    this.registry = registry;
    this.endOrphans = endOrphans;
    this.ticker = ticker;
    this.agentPort = agentPort;
  }

  @Override
  public void prepare() throws PlatformException {
    endOrphans.run();
    network.prepare();
  }

  @Override
  public GuestSession open(Execution execution, GuestAddress address)
      throws PlatformException, InterruptedException {
    Deadline creation = Deadline.after(Duration.ZERO, ticker);
    VmDriver chosen = driver.get().require();
    Language language = images.language(execution.language());
    VmSpec template = spec(execution, address, language);
    VmRegistry.Vm vm = registry.create(template.name());
    GuestPort port = null;
    VmHandle handle;
    try {
      port = network.attach(execution.id(), address);
      handle = chosen.start(connected(template, port));
    } catch (PlatformException | InterruptedException | RuntimeException e) {
      abandon(vm, port, e);
      throw e;
    }
    vm.to(VmState.BOOTING);
    return new VmSession(
        vm,
        port,
        handle,
        new AgentClient(new InetSocketAddress(address.address(), agentPort), ticker),
        request(execution, language),
        vms.readyTimeout(chosen.emulated()),
        limits.hostDeadline(language.compile().isPresent()),
        registry,
        ticker,
        creation.elapsed());
  }

  /** The driver has cleaned up behind itself; what is left is the port. */
  private static void abandon(VmRegistry.Vm vm, GuestPort port, Exception reason) {
    vm.to(VmState.STOPPING);
    try {
      if (port != null) {
        port.close();
      }
      vm.to(VmState.GONE);
    } catch (IllegalStateException e) {
      vm.to(VmState.STUCK);
      reason.addSuppressed(e);
    }
  }

  private VmSpec spec(Execution execution, GuestAddress address, Language language)
      throws PlatformException {
    return new VmSpec(
        execution.id().toString(),
        images.kernel(),
        images.image(language),
        GuestCommandLine.of(address, vms.logGuestConsole()),
        vms.memoryMib(),
        vms.vcpus(),
        "",
        "",
        vms.logGuestConsole());
  }

  private static VmSpec connected(VmSpec spec, GuestPort port) {
    return new VmSpec(
        spec.name(),
        spec.kernel(),
        spec.initrd(),
        spec.commandLine(),
        spec.memoryMib(),
        spec.vcpus(),
        port.device(),
        port.mac(),
        spec.logConsole());
  }

  private AgentRequest request(Execution execution, Language language) {
    return new AgentRequest(
        execution.id().toString(),
        language.file(),
        execution.source(),
        language.compile(),
        language.run(),
        language.env(),
        execution.stdin(),
        language.root(),
        limits.compileTimeout(),
        limits.runTimeout(),
        ExecutionSettings.OUTPUT_LIMIT_BYTES);
  }
}
