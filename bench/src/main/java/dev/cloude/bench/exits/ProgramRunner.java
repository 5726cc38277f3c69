package dev.cloude.bench.exits;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The peer in C: a process that runs one guest and prints what it took. */
final class ProgramRunner implements GuestRunner {
  private final Path program;

  /**
   * @param program the compiled {@code exits.c}
   */
  ProgramRunner(Path program) {
    this.program = program;
  }

  @Override
  public Cost run(Path guest) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), guest.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            program + " ended with exit code " + code + ": " + output.strip());
      }
      return parse(output);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + program, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + program + " ran", e);
    }
  }

  static Cost parse(String output) {
    String line = output.strip();
    if (!line.matches("\\d{1,18} \\d{1,18} \\d{1,18}")) {
      throw new IllegalStateException("The peer's output is three numbers, not '" + line + "'.");
    }
    String[] words = line.split(" ");
    return new Cost(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }
}
