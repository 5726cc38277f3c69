package dev.cloude.cli;

import dev.cloude.api.JobStatus;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Prints a finished job: what Cloude says as lines, what the program wrote byte for byte. */
final class JobPrinter {
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param out gets Cloude's lines and the program's output
   * @param err gets the program's error output
   */
  JobPrinter(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  void print(JobStatus job) {
    out.println("Status: " + job.status());
    if (job.exitCode() != null) {
      out.println("Exit code: " + job.exitCode());
    }
    if (Boolean.TRUE.equals(job.timedOut())) {
      out.println("Timed out: true");
    }
    if (Boolean.TRUE.equals(job.truncated())) {
      out.println("Truncated: true");
    }
    write(out, job.stdout(), job.stdoutBase64());
    write(err, job.stderr(), job.stderrBase64());
  }

  private static void write(PrintStream to, String text, String base64) {
    byte[] bytes = new byte[0];
    if (base64 != null) {
      try {
        bytes = Base64.getDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw CliException.platform("The server sent output that is not base64.", e);
      }
    } else if (text != null) {
      bytes = text.getBytes(StandardCharsets.UTF_8);
    }
    to.write(bytes, 0, bytes.length);
    to.flush();
  }
}
