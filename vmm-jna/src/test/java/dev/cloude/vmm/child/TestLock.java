package dev.cloude.vmm.child;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that has a file locked. */
final class TestLock {
  private TestLock() {}

  /** Starts it; returns when it has the lock. It ends with its standard input, or when killed. */
  static Process hold(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestLock.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.getInputStream().read() < 0) {
      throw new IOException("the other process has no lock");
    }
    return process;
  }

  /** Locks the file that is named and says so. */
  public static void main(String[] args) throws IOException {
    try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
      file.lock();
      System.out.write('+');
      System.out.flush();
      while (System.in.read() >= 0) {
        // Nothing is said to it.
      }
    }
  }
}
