package dev.cloude.it.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Debian's PostgreSQL with a database of its own in a folder of its own, by a user without rights
 * when the test has them.
 */
final class PostgresProcess implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private final Path folder;
  private final int port;
  private final Process process;

  private PostgresProcess(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  static PostgresProcess start() throws Exception {
    Path programs = newest();
    // Not within a folder that only root may enter.
    Path folder = Files.createTempDirectory("cloude-postgresql");
    List<String> user = List.of();
    if ("root".equals(System.getProperty("user.name"))) {
      UserPrincipal owner =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
      Files.setOwner(folder, owner);
      user = List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups");
    }
    String data = folder.resolve("data").toString();
    Path log = folder.resolve("log");
    int made =
        run(log, user, programs.resolve("initdb") + "", "-D", data, "-A", "trust", "-U", "cloude")
            .waitFor();
    if (made != 0) {
      throw new IOException("initdb failed: " + Files.readString(log));
    }
    int port = freePort();
    Process process =
        run(
            log,
            user,
            programs.resolve("postgres") + "",
            "-D",
            data,
            "-k",
            folder.toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-p",
            Integer.toString(port));
    PostgresProcess database = new PostgresProcess(folder, port, process);
    Awaitility.await("PostgreSQL's start")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              try (Connection connection = database.connect()) {
                return connection.isValid(5);
              }
            });
    return database;
  }

  private static Path newest() throws IOException {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .max(Comparator.comparing(folder -> Integer.valueOf(folder.getFileName().toString())))
          .orElseThrow(() -> new IOException("There is no PostgreSQL in " + VERSIONS))
          .resolve("bin");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static Process run(Path log, List<String> user, String... command) throws IOException {
    List<String> words = new ArrayList<>(user);
    words.addAll(List.of(command));
    return new ProcessBuilder(words)
        .directory(log.getParent().toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /**
   * For a server's settings.
   *
   * @param name that its connections bear
   */
  String url(String name) {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=cloude&ApplicationName=%s"
        .formatted(port, name);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url("test"));
  }

  /** Ends it at once; the data goes. */
  @Override
  public void close() throws InterruptedException {
    // SIGTERM would wait for the servers' connections.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
