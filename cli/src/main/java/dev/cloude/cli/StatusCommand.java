package dev.cloude.cli;

import dev.cloude.api.JobStatus;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: says how a job is. */
@Command(name = "status", description = "Prints the state of a job.")
final class StatusCommand implements Callable<Integer> {
  /** What may stand in a URL's path as it is. Whether there is such a job, the server knows. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  @Parameters(paramLabel = "ID", description = "the job's id, as printed by go")
  private String id = "";

  @Option(names = "--timings", description = "also print where the time went")
  private boolean timings;

  @Mixin private HelpOption helpOption = new HelpOption();
  @Mixin private BackendOption backendOption = new BackendOption();

  private final PrintStream out;

  StatusCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    Backend backend = backendOption.open();
    if (!ID.matcher(id).matches()) {
      throw CliException.usage("\"" + id + "\" is not a job's id.");
    }
    JobStatus job;
    try {
      job = backend.status(id);
    } catch (UnreachableException e) {
      throw CliException.platform(e.getMessage(), e);
    }
    out.println("Job ID: " + job.id());
    out.println("Status: " + job.status());
    if (job.exitCode() != null) {
      out.println("Exit code: " + job.exitCode());
    }
    if (timings && job.timingsMs() != null) {
      job.timingsMs().forEach(this::printTiming);
    }
    return 0;
  }

  private void printTiming(String phase, Double millis) {
    out.printf(Locale.ROOT, "%-12s %9.1f ms%n", phase, millis);
  }
}
