package dev.cloude.runtime.config;

import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import java.util.regex.Pattern;

/**
 * Where guests live in the network.
 *
 * @param bridge name of the bridge device ({@code BRIDGE_NAME})
 * @param range the guests' network, the bridge's address included ({@code IP_RANGE}, {@code
 *     IP_MASK})
 * @param policy what guests may reach at most, and what a job gets that does not say ({@code
 *     VM_NETWORK})
 * @param prepared most TAP devices that are made ahead of their jobs ({@code NETWORK_PREPARED})
 */
public record NetworkSettings(String bridge, Ipv4Range range, NetworkPolicy policy, int prepared) {
  /** IFNAMSIZ is 16 with the final NUL. The kernel would take more characters; nft would not. */
  private static final Pattern DEVICE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,14}");

  /** Reads and checks the network's settings. */
  public static NetworkSettings from(Settings settings) {
    String bridge = settings.text("BRIDGE_NAME", "cloudebr0");
    if (!DEVICE_NAME.matcher(bridge).matches()) {
      throw new SettingException(
          "BRIDGE_NAME",
          bridge,
          "1 to 15 of A-Z a-z 0-9 _ - and begin with a letter, as a network device's name");
    }
    int prefix = settings.number("IP_MASK", 24, Ipv4Range.MIN_PREFIX, Ipv4Range.MAX_PREFIX);
    String base = settings.text("IP_RANGE", "10.39.1.0");
    Ipv4Range range =
        Ipv4Range.parseAddress(base)
            .map(address -> Ipv4Range.around(address, prefix))
            .orElseThrow(
                () -> new SettingException("IP_RANGE", base, "an IPv4 address like 10.39.1.0"));
    if (!range.networkAddress().getHostAddress().equals(base)) {
      throw new SettingException(
          "IP_RANGE",
          base,
          "the first address of a network; with IP_MASK %d that is %s"
              .formatted(prefix, range.networkAddress().getHostAddress()));
    }
    return new NetworkSettings(
        bridge,
        range,
        settings.choice("VM_NETWORK", NetworkPolicy.NONE),
        settings.number("NETWORK_PREPARED", 2, 0, 64));
  }
}
