package dev.cloude.runtime.network;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/** One bridge, one TAP device for each guest, and a packet filter around both. */
public final class BridgedNetwork implements NodeNetwork {
  private static final Logger LOG = System.getLogger(BridgedNetwork.class.getName());

  private final NetworkSettings settings;
  private final Links links;
  private final HostSettings host;
  private final PacketFilter filter;
  private final PortNames names;
  private final FilterRules rules;
  private final Segment segment;
  private final PreparedPorts prepared;

  BridgedNetwork(
      NetworkSettings settings,
      List<Inet4Address> nameServers,
      Links links,
      HostSettings host,
      PacketFilter filter,
      int most,
      Executor background) {
    this.settings = settings;
    this.links = links;
    this.host = host;
    this.filter = filter;
    this.names = new PortNames(settings.bridge());
    this.rules = new FilterRules(settings, names.prefix(), nameServers);
    this.segment = new Segment(settings.bridge(), links, filter, rules);
    this.prepared =
        new PreparedPorts(
            new PortStock(most, settings.range()),
            (address, policy) -> segment.open(names.device(UUID.randomUUID()), address, policy),
            background);
  }

  /**
   * The network of this host, where nothing is made ahead of its guest.
   *
   * @param nameServers that were named for guests
   */
  public static BridgedNetwork ofHost(NetworkSettings settings, List<Inet4Address> nameServers) {
    return ofHost(settings, nameServers, 0, Runnable::run);
  }

  /**
   * The network of this host, where as much is made ahead as the settings say.
   *
   * @param nameServers that were named for guests
   * @param background runs one task for as long as something is made ahead; may refuse it
   */
  public static BridgedNetwork ofHost(
      NetworkSettings settings, List<Inet4Address> nameServers, Executor background) {
    return ofHost(settings, nameServers, settings.prepared(), background);
  }

  private static BridgedNetwork ofHost(
      NetworkSettings settings, List<Inet4Address> nameServers, int most, Executor background) {
    return new BridgedNetwork(
        settings,
        nameServers,
        new KernelLinks(),
        new ProcSettings(),
        new NftCommand(),
        most,
        background);
  }

  @Override
  public void prepare() throws PlatformException {
    String bridge = settings.bridge();
    try {
      removeLeftovers();
      // The filter first: there is no moment in which a guest's packets pass unfiltered.
      filter.apply(rules.tables());
      links.ensureBridge(bridge, settings.range().gateway(), settings.range().prefixLength());
      host.set("ipv6/conf/" + bridge + "/disable_ipv6", "1");
      host.set("ipv4/conf/" + bridge + "/send_redirects", "0");
      if (settings.policy() == NetworkPolicy.NAT && !host.set("ipv4/ip_forward", "1")) {
        throw new IOException("this kernel cannot forward IPv4, which VM_NETWORK=nat needs");
      }
    } catch (IOException e) {
      throw new PlatformException(
          Code.NETWORK_FAILED,
          "The network of the VMs (bridge %s, %s) could not be prepared: %s."
              .formatted(bridge, settings.range(), e.getMessage()),
          e);
    }
    LOG.log(
        Level.INFO,
        "VMs are on bridge {0} with {1}; network policy {2}",
        bridge,
        settings.range(),
        settings.policy());
  }

  private void removeLeftovers() throws IOException {
    for (String device : links.taps(names.prefix())) {
      if (names.isOurs(device)) {
        LOG.log(
            Level.WARNING,
            "TAP device {0} was left behind by an earlier life of this server; it is removed.",
            device);
        links.removeTap(device);
      }
    }
  }

  @Override
  public int devices() {
    try {
      return (int) links.taps(names.prefix()).stream().filter(names::isOurs).count();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the TAP devices cannot be listed", e);
      return 0;
    }
  }

  @Override
  public GuestPort attach(UUID execution, GuestAddress address, NetworkPolicy policy)
      throws PlatformException {
    if (policy.compareTo(settings.policy()) > 0) {
      throw new PlatformException(
          Code.NETWORK_FAILED,
          "The job wants network policy %s, but this node allows only %s (VM_NETWORK)."
              .formatted(policy, settings.policy()));
    }
    PreparedPorts.Use use = prepared.use(address.address(), policy);
    String device = names.device(execution);
    try {
      Optional<TapPort> waiting = waiting(address, policy);
      TapPort port = waiting.isPresent() ? waiting.get() : segment.open(device, address, policy);
      return new Place(port, use);
    } catch (IOException e) {
      use.ended();
      throw failed(device, e);
    }
  }

  /** One that waits with the address, if it is of use; else it goes, so that another can come. */
  private Optional<TapPort> waiting(GuestAddress address, NetworkPolicy policy) throws IOException {
    Optional<TapPort> found = prepared.take(address.address());
    if (found.isEmpty() || found.get().policy() == policy && segment.holds(found.get())) {
      return found;
    }
    try {
      found.get().close();
      return Optional.empty();
    } catch (IllegalStateException e) {
      prepared.giveBack(found.get());
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public List<GuestAddress> preparedAddresses(NetworkPolicy policy) {
    return prepared.addresses(policy);
  }

  @Override
  public int preparedDevices() {
    return prepared.count();
  }

  @Override
  public void close() {
    prepared.close();
  }

  private PlatformException failed(String device, IOException cause) {
    return new PlatformException(
        Code.NETWORK_FAILED,
        "The VM could not be connected to bridge %s with TAP device %s: %s."
            .formatted(settings.bridge(), device, cause.getMessage()),
        cause);
  }

  @Override
  public Status status() {
    return links.isUp(settings.bridge())
        ? new Status(true, "Bridge " + settings.bridge() + " is up.")
        : new Status(false, "Bridge " + settings.bridge() + " is missing or switched off.");
  }

  /** A guest's, with what the guest has of the others that are made. */
  private record Place(TapPort port, PreparedPorts.Use use) implements GuestPort {
    @Override
    public String device() {
      return port.device();
    }

    @Override
    public String mac() {
      return port.mac();
    }

    @Override
    public void guestReady() {
      use.booted();
    }

    @Override
    public void close() {
      port.close();
      use.ended();
    }
  }
}
