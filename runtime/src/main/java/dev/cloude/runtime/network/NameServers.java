package dev.cloude.runtime.network;

import dev.cloude.runtime.config.NameServerSettings;
import dev.cloude.runtime.job.Ipv4Range;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The name servers that guests are told. The host's own count as far as guests can reach them: by
 * IPv4 and at public addresses. They are looked up for each guest, because a host may change them.
 */
public final class NameServers implements Supplier<List<Inet4Address>> {
  private static final Logger LOG = System.getLogger(NameServers.class.getName());

  /** The second has what a local resolver of systemd's asks; the first is that resolver then. */
  private static final List<Path> FILES =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  private final NameServerSettings settings;
  private final List<Path> files;

  private NameServers(NameServerSettings settings, List<Path> files) {
    this.settings = settings;
    this.files = files;
  }

  /** Those of this host. */
  public static NameServers ofHost(NameServerSettings settings) {
    return new NameServers(settings, FILES);
  }

  /** Those in other files, written as resolv.conf; the first one with any counts. */
  static NameServers in(NameServerSettings settings, List<Path> files) {
    return new NameServers(settings, files);
  }

  /** At most {@link NameServerSettings#MOST}; often none. */
  @Override
  public List<Inet4Address> get() {
    if (!settings.fromHost()) {
      return settings.listed();
    }
    return files.stream()
        .map(NameServers::usable)
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Says in the log when guests that could ask have nobody to ask. */
  public void report() {
    if (settings.fromHost() && get().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "Guests with network policy nat have no name server: none of this host''s is at a public"
              + " IPv4 address. Set VM_DNS to one that guests may ask, or to none.");
    }
  }

  private static List<Inet4Address> usable(Path file) {
    try {
      return Files.readString(file)
          .lines()
          .map(line -> line.strip().split("\\s+", -1))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> Ipv4Range.parseAddress(words[1]))
          .flatMap(Optional::stream)
          .filter(address -> !SpecialAddresses.contains(address))
          .distinct()
          .limit(NameServerSettings.MOST)
          .toList();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be read: {1}", file, e);
      return List.of();
    }
  }
}
