package dev.cloude.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line's entry. Exit codes: the program's own for a job that ran; 2 for bad usage,
 * which includes what the server refuses; 125 when Cloude failed or could not be reached.
 */
@Command(
    name = "cloude",
    description = "Runs untrusted programs, each in a fresh microVM.",
    subcommands = CommandLine.HelpCommand.class)
public final class Cloude implements Runnable {
  @Mixin private HelpOption helpOption = new HelpOption();
  @Spec private CommandSpec spec;

  private Cloude() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    int exitCode = run(out, err, duration -> Thread.sleep(duration.toMillis()), args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * Runs one command.
   *
   * @param out standard output, which takes bytes as they are
   * @param err standard error
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, JobWait.Pause pause, String... args) {
    return new CommandLine(new Cloude())
        .addSubcommand(new GoCommand(out, err, pause))
        .addSubcommand(new StatusCommand(out))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof CliException known) {
                err.println(known.getMessage());
                return known.exitCode();
              }
              err.println("The command line failed: " + failure);
              return CliException.Kind.PLATFORM.exitCode();
            })
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command: go or status.");
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
