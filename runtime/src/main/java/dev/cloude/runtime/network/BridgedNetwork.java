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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One bridge, one TAP device for each guest, and a packet filter around both. */
public final class BridgedNetwork implements NodeNetwork {
  private static final Logger LOG = System.getLogger(BridgedNetwork.class.getName());

  private final NetworkSettings settings;
  private final Links links;
  private final HostSettings host;
  private final PacketFilter filter;
  private final PortNames names;
  private final FilterRules rules;

  /** Devices of guests that live now: no guest may get, and then remove, another's. */
  private final Set<String> inUse = ConcurrentHashMap.newKeySet();

  BridgedNetwork(
      NetworkSettings settings,
      List<Inet4Address> nameServers,
      Links links,
      HostSettings host,
      PacketFilter filter) {
    this.settings = settings;
    this.links = links;
    this.host = host;
    this.filter = filter;
    this.names = new PortNames(settings.bridge());
    this.rules = new FilterRules(settings, names.prefix(), nameServers);
  }

  /**
   * The network of this host.
   *
   * @param nameServers that were named for guests
   */
  public static BridgedNetwork ofHost(NetworkSettings settings, List<Inet4Address> nameServers) {
    return new BridgedNetwork(
        settings, nameServers, new KernelLinks(), new ProcSettings(), new NftCommand());
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
    String device = names.device(execution);
    if (!inUse.add(device)) {
      throw failed(device, new IOException("another VM of this server has it"));
    }
    Port port = new Port(device, address.address(), policy);
    try {
      port.open();
      return port;
    } catch (IOException e) {
      try {
        port.close();
      } catch (IllegalStateException cleanup) {
        e.addSuppressed(cleanup);
      }
      throw failed(device, e);
    }
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

  /** Closes in reverse order of opening, and only what was opened. */
  private final class Port implements GuestPort {
    private final String device;
    private final String mac;
    private final Inet4Address address;
    private final NetworkPolicy policy;

    /** Guarded by this. */
    private boolean present;

    /** Guarded by this. */
    private boolean admitted;

    Port(String device, Inet4Address address, NetworkPolicy policy) {
      this.device = device;
      this.mac = PortNames.mac(address);
      this.address = address;
      this.policy = policy;
    }

    synchronized void open() throws IOException {
      admitted = true;
      filter.apply(rules.admit(device, mac, address, policy));
      present = true;
      links.addPort(settings.bridge(), device, mac, address);
    }

    @Override
    public String device() {
      return device;
    }

    @Override
    public String mac() {
      return mac;
    }

    @Override
    public synchronized void close() {
      if (present) {
        try {
          links.removePort(settings.bridge(), device, address);
        } catch (IOException e) {
          throw new IllegalStateException(
              "TAP device " + device + " could not be removed: " + e.getMessage(), e);
        }
        present = false;
      }
      if (admitted) {
        admitted = false;
        try {
          filter.apply(rules.dismiss(device, mac, address, policy));
        } catch (IOException e) {
          // The device is gone, so the entry lets nobody in; the next start drops it.
          LOG.log(Level.WARNING, "A rule for {0} stays until the next start: {1}", device, e);
        }
        inUse.remove(device);
      }
    }
  }
}
