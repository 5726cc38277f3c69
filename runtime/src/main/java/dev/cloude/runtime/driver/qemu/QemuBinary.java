package dev.cloude.runtime.driver.qemu;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A QEMU that was found on this host.
 *
 * @param path of the program
 * @param version its first line of {@code -version}
 * @param sandbox whether it can filter its own system calls
 */
public record QemuBinary(Path path, String version, boolean sandbox) {
  /** Denies it everything that a running machine does not need. */
  static final String SANDBOX =
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

  private static final long VERSION_TIMEOUT_SECONDS = 20;
  private static final int VERSION_CHARS = 120;

  /**
   * Finds and tries the program.
   *
   * @param nameOrPath a name is looked for on {@code searchPath}
   * @param searchPath folders, separated as in {@code PATH}
   * @throws IOException with a clause that says what is wrong: "… is not on the PATH"
   */
  public static QemuBinary find(String nameOrPath, String searchPath)
      throws IOException, InterruptedException {
    Path path =
        candidates(nameOrPath, searchPath)
            .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        nameOrPath.contains("/")
                            ? nameOrPath + " is not a program (QEMU_BINARY)"
                            : nameOrPath + " is not on the PATH (QEMU_BINARY)"));
    Optional<String> sandboxed = version(List.of(path.toString(), "-sandbox", SANDBOX, "-version"));
    if (sandboxed.isPresent()) {
      return new QemuBinary(path, sandboxed.get(), true);
    }
    String version =
        version(List.of(path.toString(), "-version"))
            .orElseThrow(() -> new IOException(path + " -version failed (QEMU_BINARY)"));
    return new QemuBinary(path, version, false);
  }

  private static Stream<Path> candidates(String nameOrPath, String searchPath) {
    return nameOrPath.contains("/")
        ? Stream.of(Path.of(nameOrPath).toAbsolutePath())
        : Stream.of(searchPath.split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, nameOrPath).toAbsolutePath());
  }

  private static Optional<String> version(List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().clear();
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Process process = builder.start();
    try {
      // A version fits into the pipe; the process cannot wait for a reader.
      if (!process.waitFor(VERSION_TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return Optional.empty();
      }
      byte[] output = process.getInputStream().readNBytes(4096);
      return new String(output, StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .map(line -> line.substring(0, Math.min(line.length(), VERSION_CHARS)));
    } finally {
      process.destroyForcibly();
      process.getInputStream().close();
    }
  }
}
