package dev.cloude.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of the command line in this JVM, with no time passing between two questions. */
record CommandRun(int exitCode, byte[] outBytes, byte[] errBytes, List<Duration> pauses) {

  static CommandRun of(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<Duration> pauses = new ArrayList<>();
    int exitCode =
        Cloude.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            pauses::add,
            args);
    return new CommandRun(exitCode, out.toByteArray(), err.toByteArray(), pauses);
  }

  String out() {
    return new String(outBytes, StandardCharsets.UTF_8);
  }

  String err() {
    return new String(errBytes, StandardCharsets.UTF_8);
  }
}
