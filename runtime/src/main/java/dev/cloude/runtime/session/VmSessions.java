package dev.cloude.runtime.session;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.AgentRequest;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.NetworkDevice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.network.GuestPort;
import dev.cloude.runtime.network.NodeNetwork;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes a fresh VM for every execution. */
public final class VmSessions implements GuestSessions {
  private final Supplier<DriverChoice> driver;
  private final NodeNetwork network;
  private final Supplier<List<Inet4Address>> nameServers;
  private final GuestImages images;
  private final VmSettings vms;
  private final FileFacts files = new FileFacts();
  private final VmRegistry registry;
  private final Ticker ticker;
  private final Runnable endOrphans;
  private final int agentPort;

  /**
   * @param driver asked anew for every VM
   * @param nameServers for guests that may reach public addresses; asked anew for each
   * @param endOrphans ends VMs that an earlier life of this server left running
   */
  public VmSessions(
      Supplier<DriverChoice> driver,
      NodeNetwork network,
      Supplier<List<Inet4Address>> nameServers,
      GuestImages images,
      VmSettings vms,
      VmRegistry registry,
      Runnable endOrphans) {
    this(
        driver,
        network,
        nameServers,
        images,
        vms,
        registry,
        endOrphans,
        Ticker.system(),
        AgentClient.PORT);
  }

  VmSessions(
      Supplier<DriverChoice> driver,
      NodeNetwork network,
      Supplier<List<Inet4Address>> nameServers,
      GuestImages images,
      VmSettings vms,
      VmRegistry registry,
      Runnable endOrphans,
      Ticker ticker,
      int agentPort) {
    this.driver = driver;
    this.network = network;
    this.nameServers = nameServers;
    this.images = images;
    this.vms = vms;
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
  public boolean isReady(String language) {
    try {
      images.require(images.language(language));
      return true;
    } catch (PlatformException e) {
      return false;
    }
  }

  @Override
  public boolean needsAddress(NetworkPolicy policy) {
    return policy != NetworkPolicy.NONE || !bySockets();
  }

  @Override
  public List<GuestAddress> preparedAddresses(NetworkPolicy policy) {
    return network.preparedAddresses(policy);
  }

  private boolean bySockets() {
    return vms.channel() != VmSettings.Channel.NETWORK && driver.get().hasSockets();
  }

  @Override
  public GuestSession open(Execution execution, Optional<GuestAddress> address)
      throws PlatformException, InterruptedException {
    VmDriver chosen = driver.get().require();
    Language language = images.language(execution.language());
    Path kernel = images.kernel();
    GuestImage image = images.image(language);
    Optional<GuestAddress> place =
        needsAddress(execution.network()) ? Optional.of(address.orElseThrow()) : Optional.empty();
    VmSpec template = spec(execution, place, language, kernel, image);
    VmRegistry.Vm vm = registry.create(template.name());
    Optional<GuestPort> port = Optional.empty();
    VmHandle handle;
    try {
      if (place.isPresent()) {
        port = Optional.of(network.attach(execution.id(), place.get(), execution.network()));
      }
      handle = chosen.start(port.isPresent() ? connected(template, port.get()) : template);
    } catch (PlatformException | InterruptedException | RuntimeException e) {
      abandon(vm, port, e);
      throw e;
    }
    vm.to(VmState.BOOTING);
    return new VmSession(
        vm,
        port,
        handle,
        bySockets()
            ? AgentAccess.bySockets(handle, ticker)
            : AgentAccess.byNetwork(
                handle, new InetSocketAddress(place.orElseThrow().address(), agentPort), ticker),
        request(execution, language),
        vms.readyTimeout(chosen.emulated()),
        new HostDeadline(language.compile().isPresent(), execution.limits(), vms.grace()),
        registry,
        ticker,
        () ->
            new GuestReceipt(
                files.sha256(template.kernel()),
                files.fingerprint(image),
                language.version(),
                chosen.description(),
                template.memoryMib()));
  }

  /** The driver has cleaned up behind itself; what is left is the port. */
  private static void abandon(VmRegistry.Vm vm, Optional<GuestPort> port, Exception reason) {
    vm.to(VmState.STOPPING);
    try {
      port.ifPresent(GuestPort::close);
      vm.to(VmState.GONE);
    } catch (IllegalStateException e) {
      vm.to(VmState.STUCK);
      reason.addSuppressed(e);
    }
  }

  private VmSpec spec(
      Execution execution,
      Optional<GuestAddress> place,
      Language language,
      Path kernel,
      GuestImage image) {
    return new VmSpec(
        execution.id().toString(),
        execution.subject(),
        kernel,
        image.initrd(),
        image.disk(),
        GuestCommandLine.of(
            place,
            bySockets(),
            execution.network() == NetworkPolicy.NAT ? nameServers.get() : List.of(),
            image.disk().isPresent(),
            vms.logGuestConsole()),
        memoryMib(execution, language, image),
        execution.vcpus(),
        Optional.empty(),
        bySockets() ? List.of(SocketChannel.READY_PORT) : List.of(),
        vms.logGuestConsole());
  }

  @Override
  public int memoryMib(Execution execution) throws PlatformException {
    Language language = images.language(execution.language());
    return memoryMib(execution, language, images.image(language));
  }

  private int memoryMib(Execution execution, Language language, GuestImage image) {
    boolean unpacked = image.disk().isEmpty();
    return GuestMemory.mib(
        vms.memoryMib(),
        language.memoryMib(),
        unpacked ? image.initrd().toFile().length() : 0,
        unpacked ? files.unpackedBytes(image.initrd()) : 0,
        execution.limits().memoryBytes());
  }

  private static VmSpec connected(VmSpec spec, GuestPort port) {
    return new VmSpec(
        spec.name(),
        spec.subject(),
        spec.kernel(),
        spec.initrd(),
        spec.rootDisk(),
        spec.commandLine(),
        spec.memoryMib(),
        spec.vcpus(),
        Optional.of(new NetworkDevice(port.device(), port.mac())),
        spec.hostPorts(),
        spec.logConsole());
  }

  private static AgentRequest request(Execution execution, Language language) {
    List<SourceFile> files =
        execution.files().stream()
            .map(file -> file.path().isEmpty() ? named(language.file(), file) : file)
            .toList();
    Map<String, String> env = new LinkedHashMap<>(language.env());
    env.putAll(execution.env());
    return new AgentRequest(
        execution.id().toString(),
        files,
        language.compile(),
        execution.compilerFlags(),
        language.run(),
        execution.args(),
        env,
        execution.stdin(),
        language.root(),
        execution.limits());
  }

  private static SourceFile named(String name, SourceFile file) {
    return new SourceFile(name, file.content());
  }
}
