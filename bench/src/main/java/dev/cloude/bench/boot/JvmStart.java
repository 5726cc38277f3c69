package dev.cloude.bench.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What a JVM takes to start, run nothing and end: what a server pays once, not for each VM. */
final class JvmStart {
  private JvmStart() {}

  /** Milliseconds on the clock. */
  static double millis() {
    try {
      long start = System.nanoTime();
      Process jvm =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int code = jvm.waitFor();
      if (code != 0) {
        throw new IllegalStateException("A JVM that does nothing ended with exit code " + code);
      }
      return (System.nanoTime() - start) / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException("No JVM can be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a JVM started", e);
    }
  }
}
