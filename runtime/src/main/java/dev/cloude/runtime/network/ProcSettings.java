package dev.cloude.runtime.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings below {@code /proc/sys/net}, which shows the network namespace of this process. */
final class ProcSettings implements HostSettings {
  private static final Path ROOT = Path.of("/proc/sys/net");

  @Override
  public boolean set(String name, String value) throws IOException {
    Path file = ROOT.resolve(name);
    if (!Files.exists(file)) {
      return false;
    }
    if (!Files.readString(file).strip().equals(value)) {
      Files.writeString(file, value);
    }
    return true;
  }
}
