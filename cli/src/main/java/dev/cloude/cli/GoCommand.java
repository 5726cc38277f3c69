package dev.cloude.cli;

import dev.cloude.api.JobRequest;
import dev.cloude.api.JobStatus;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code go}: runs a program and ends as the program did. */
@Command(
    name = "go",
    description = "Runs a program in a microVM of its own, prints what it wrote, exits as it did.")
final class GoCommand implements Callable<Integer> {
  @Option(names = "--language", required = true, paramLabel = "L", description = "such as python")
  private String language = "";

  @Option(names = "--file", required = true, paramLabel = "F", description = "the program's source")
  private Path file = Path.of("");

  @Option(
      names = "--stdin",
      paramLabel = "F",
      description = "what the program reads (default: nothing)")
  private Path stdin;

  @Option(names = "--no-wait", description = "print the job's id and leave")
  private boolean noWait;

  @Mixin private HelpOption helpOption = new HelpOption();
  @Mixin private BackendOption backendOption = new BackendOption();

  private final PrintStream out;
  private final PrintStream err;
  private final JobWait.Pause pause;

  GoCommand(PrintStream out, PrintStream err, JobWait.Pause pause) {
    this.out = out;
    this.err = err;
    this.pause = pause;
  }

  @Override
  public Integer call() {
    Backend backend = backendOption.open();
    String code = TextFile.read("--file", file);
    String input = stdin == null ? null : TextFile.read("--stdin", stdin);
    String id = backend.submit(new JobRequest(language, code, input));
    if (noWait) {
      out.println(id);
      return 0;
    }
    err.println("Job ID: " + id);
    JobStatus job = new JobWait(backend, pause).finished(id);
    new JobPrinter(out, err).print(job);
    return exitCode(job);
  }

  private static int exitCode(JobStatus job) {
    boolean ran = JobStatus.DONE.equals(job.status()) && job.exitCode() != null;
    return ran ? job.exitCode() : CliException.Kind.PLATFORM.exitCode();
  }
}
