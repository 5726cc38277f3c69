package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.error.ImageException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code initramfs-builder}. */
@Command(
    name = "initramfs-builder",
    description = "Builds root filesystems for Cloude's guests.",
    mixinStandardHelpOptions = true,
    version = "initramfs-builder 0.1.0",
    subcommands = {BuildCommand.class, ListCommand.class, InspectCommand.class, PruneCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /** Exit codes: 0 all images are right, 1 one is not or could not be, 2 bad usage or catalogue. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** As {@link #main}, with the streams given and the exit code returned. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setOut(out).setErr(err);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> exitCode(e, err));
    if (args.length == 0) {
      commandLine.usage(err);
      return CommandLine.ExitCode.USAGE;
    }
    return commandLine.execute(args);
  }

  /** Says what the user can do something about; the rest is picocli's affair. */
  private static int exitCode(Exception e, PrintWriter err) throws Exception {
    if (e instanceof CatalogueException) {
      err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    if (e instanceof ImageException) {
      err.println(e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }
}
