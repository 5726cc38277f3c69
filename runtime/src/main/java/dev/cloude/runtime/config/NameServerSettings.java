package dev.cloude.runtime.config;

import dev.cloude.runtime.job.Ipv4Range;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which name servers a guest is told that may reach public addresses ({@code VM_DNS}).
 *
 * @param fromHost whether they are the host's own
 * @param listed those that were named; empty when they are the host's, or when there are none
 */
public record NameServerSettings(boolean fromHost, List<Inet4Address> listed) {
  /** A C library uses no more; MAXNS in resolv.h. */
  public static final int MOST = 3;

  private static final String NAME = "VM_DNS";
  private static final int FIRST_MULTICAST = 224;

  /** Reads and checks the setting. */
  public static NameServerSettings from(Settings settings) {
    String text = settings.text(NAME, "host");
    switch (text.toLowerCase(Locale.ROOT)) {
      case "host":
        return new NameServerSettings(true, List.of());
      case "none":
        return new NameServerSettings(false, List.of());
      default:
        return new NameServerSettings(false, listed(text, NetworkSettings.from(settings).range()));
    }
  }

  private static List<Inet4Address> listed(String text, Ipv4Range guests) {
    List<Inet4Address> listed =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .map(Ipv4Range::parseAddress)
            .flatMap(Optional::stream)
            .filter(address -> canBeReached(address) && !guests.contains(address))
            .distinct()
            .toList();
    if (listed.size() != text.split(",", -1).length || listed.size() > MOST) {
      throw new SettingException(
          NAME,
          text,
          "host, none, or up to %d different IPv4 addresses with commas between them, which are not"
                  .formatted(MOST)
              + " this host's own and not the guests' ("
              + guests
              + ")");
    }
    return listed;
  }

  private static boolean canBeReached(Inet4Address address) {
    int first = Byte.toUnsignedInt(address.getAddress()[0]);
    return first != 0 && !address.isLoopbackAddress() && first < FIRST_MULTICAST;
  }
}
