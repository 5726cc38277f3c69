package dev.cloude.initramfs.credentials;

import java.util.Locale;
import java.util.Set;

/** The names that a registry has in files of credentials. */
final class RegistryName {
  private static final String HUB = "docker.io";
  private static final Set<String> HUB_NAMES = Set.of(HUB, "index." + HUB, "registry-1." + HUB);

  /** Under which {@code docker login} keeps what it knows of Docker Hub. */
  private static final String HUB_SERVER = "https://index.docker.io/v1/";

  private RegistryName() {}

  /** A key of {@code auths} or {@code credHelpers} as host and port; URLs were keys once. */
  static String host(String key) {
    String rest = key.replaceFirst("^https?://", "");
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    return HUB_NAMES.contains(host) ? HUB : host;
  }

  /** What helpers are asked for. */
  static String server(String registry) {
    return registry.equals(HUB) ? HUB_SERVER : registry;
  }
}
