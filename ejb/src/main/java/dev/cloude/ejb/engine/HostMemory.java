package dev.cloude.ejb.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this host has. */
final class HostMemory {
  private static final Path FACTS = Path.of("/proc/meminfo");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");
  private static final int KIB_PER_MIB = 1024;

  private HostMemory() {}

  /** In MiB; empty when the host does not say. */
  static OptionalLong mib() {
    try {
      return mib(Files.readString(FACTS));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  static OptionalLong mib(String facts) {
    Matcher total = TOTAL.matcher(facts);
    return total.find()
        ? OptionalLong.of(Long.parseLong(total.group(1)) / KIB_PER_MIB)
        : OptionalLong.empty();
  }
}
