package dev.cloude.runtime.network;

import dev.cloude.vmm.net.FilterTable;
import dev.cloude.vmm.net.FilterTable.Family;
import dev.cloude.vmm.net.NetException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The {@code nft} program. A transaction takes it a few milliseconds; the kernel is asked itself.
 */
final class NftCommand implements PacketFilter {
  private static final long LIMIT_SECONDS = 20;
  private static final int COMPLAINT_BYTES = 4096;

  /** A server's PATH often lacks the folders for administrators. */
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/nft"), Path.of("/sbin/nft"), Path.of("/usr/bin/nft"));

  private final List<Path> places;

  NftCommand() {
    this(PLACES);
  }

  NftCommand(List<Path> places) {
    this.places = places;
  }

  @Override
  public void apply(String rules) throws IOException {
    Path program =
        places.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () -> new IOException("the program nft is missing; install the package nftables"));
    ProcessBuilder builder = new ProcessBuilder(program.toString(), "-f", "-");
    builder.environment().clear();
    builder.redirectErrorStream(true);
    Process process = builder.start();
    try {
      // nft reads all of its input before it says anything, and what it says fits into the pipe.
      try (OutputStream in = process.getOutputStream()) {
        in.write(rules.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended early: its exit code and its complaint say why.
      }
      await(process);
      if (process.exitValue() != 0) {
        throw new IOException("nft refused the rules: " + complaint(process));
      }
    } finally {
      process.destroyForcibly();
      process.getInputStream().close();
    }
  }

  @Override
  public boolean has(String table) throws IOException {
    // Asked for every guest: starting the program would take longer than all else.
    try {
      return FilterTable.exists(Family.BRIDGE, table) && FilterTable.exists(Family.INET, table);
    } catch (NetException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Not cut short by an interrupt: a transaction is a matter of milliseconds, and must be known.
   */
  private static void await(Process process) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    boolean interrupted = false;
    try {
      while (process.isAlive()) {
        try {
          if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new IOException("nft did not end in " + LIMIT_SECONDS + " s");
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String complaint(Process process) throws IOException {
    byte[] text = process.getInputStream().readNBytes(COMPLAINT_BYTES);
    return new String(text, StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .orElse("exit code " + process.exitValue());
  }
}
