package dev.cloude.ejb.engine;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.VmSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many VMs may run at once: what is set, as far as the host and its network have room. */
final class VmPermits {
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");
  private static final int KIB_PER_MIB = 1024;

  private VmPermits() {}

  /**
   * At least one.
   *
   * @param hostMib the host's memory; guests never have more together than it has
   */
  static int count(VmSettings vms, NetworkSettings network, OptionalLong hostMib) {
    long fit = hostMib.isPresent() ? hostMib.getAsLong() / vms.memoryMib() : vms.maxConcurrent();
    return (int)
        Math.max(1, Math.min(Math.min(vms.maxConcurrent(), fit), network.range().guests()));
  }

  /** Of this host, in MiB. */
  static OptionalLong hostMib() {
    try {
      Matcher total = TOTAL.matcher(Files.readString(MEMORY));
      return total.find()
          ? OptionalLong.of(Long.parseLong(total.group(1)) / KIB_PER_MIB)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
