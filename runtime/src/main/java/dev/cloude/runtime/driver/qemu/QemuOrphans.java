package dev.cloude.runtime.driver.qemu;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * QEMU processes that outlived the server that started them. A process carries its owner's name and
 * its server's process id; it is an orphan when that server is no longer its parent. Only processes
 * in this network namespace count: owners are named after devices, which are unique only there.
 */
public final class QemuOrphans {
  private static final Logger LOG = System.getLogger(QemuOrphans.class.getName());
  private static final String PREFIX = "cloude:";
  private static final long END_SECONDS = 10;

  private QemuOrphans() {}

  /** What {@code -name} says for a VM of this server. */
  static String processName(String owner, String vmName) {
    return PREFIX + owner + ":" + ProcessHandle.current().pid() + ":" + vmName;
  }

  /**
   * Kills what an earlier life of this server left running, and waits until it is gone.
   *
   * @param owner as given to the driver
   * @return how many there were
   */
  public static int end(String owner) {
    List<ProcessHandle> orphans =
        ProcessHandle.allProcesses().filter(process -> isOrphan(process, owner)).toList();
    for (ProcessHandle orphan : orphans) {
      LOG.log(
          Level.WARNING,
          "QEMU process {0} was left behind by an earlier life of this server; it is ended.",
          Long.toString(orphan.pid()));
      orphan.destroyForcibly();
    }
    CompletableFuture.allOf(
            orphans.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS)
        .join();
    return orphans.size();
  }

  private static boolean isOrphan(ProcessHandle process, String owner) {
    Optional<String> name = nameOf(process.pid());
    if (name.isEmpty() || !name.get().startsWith(PREFIX + owner + ":")) {
      return false;
    }
    String server = name.get().substring((PREFIX + owner + ":").length()).split(":", 2)[0];
    Optional<String> parent = process.parent().map(handle -> Long.toString(handle.pid()));
    return !parent.equals(Optional.of(server)) && isInThisNetwork(process.pid());
  }

  private static Optional<String> nameOf(long pid) {
    List<String> arguments;
    try {
      byte[] commandLine = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
      arguments = Arrays.asList(new String(commandLine, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) {
      return Optional.empty();
    }
    int option = arguments.indexOf("-name");
    return option >= 0 && option + 1 < arguments.size()
        ? Optional.of(arguments.get(option + 1))
        : Optional.empty();
  }

  private static boolean isInThisNetwork(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
          .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
    } catch (IOException e) {
      return false;
    }
  }
}
