package dev.cloude.runtime.driver.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Programs that stand in for QEMU: shell scripts that speak its protocol. */
final class StandIn {
  private static final String GREETING = "{\"QMP\": {}}";

  private StandIn() {}

  /** A QEMU that negotiates, then does what the script says. */
  static QemuBinary thatThen(Path folder, String script) throws IOException {
    return that(
        folder,
        "echo '%s'\nread -r line\necho '{\"return\": {}}'\n%s\n".formatted(GREETING, script));
  }

  /** A QEMU that does what the script says. */
  static QemuBinary that(Path folder, String script) throws IOException {
    Path file = folder.resolve("qemu-stand-in");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new QemuBinary(file, "stand-in", true);
  }
}
