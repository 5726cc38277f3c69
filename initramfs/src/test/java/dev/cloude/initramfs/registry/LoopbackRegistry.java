package dev.cloude.initramfs.registry;

import dev.cloude.initramfs.process.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A registry of Debian's docker-registry package, with its storage in a folder. */
final class LoopbackRegistry implements AutoCloseable {
  private static final String PROGRAM =
      System.getProperty("cloude.test.registry", "docker-registry");

  /** bcrypt of {@code secret}. */
  private static final String HASH = "$2b$04$NtkkHLg3nVxaGjzKnRzNKO5PXoKb9NfXEmWudfguHvgij0vI/nqum";

  private final Path folder;
  private final String more;
  private final int port = freePort();
  private Process process;

  /**
   * @param more further lines of its configuration, YAML
   */
  LoopbackRegistry(Path folder, String more) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.more = more;
    start();
  }

  /** One that asks for a name, {@code me}, and a password, {@code secret}. */
  static LoopbackRegistry locked(Path folder) throws IOException {
    Path users = Files.writeString(folder.resolve("htpasswd"), "me:" + HASH + "\n");
    return new LoopbackRegistry(
        folder.resolve("registry"),
        "auth:\n  htpasswd: {realm: test, path: %s}\n".formatted(users));
  }

  /** Fills one that asks for name and password. */
  void pushLocked(Path layout, String tag, String name) throws Exception {
    push(layout, tag, name, "--dest-creds=me:secret");
  }

  /** {@code 127.0.0.1:PORT}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  void start() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            log: {level: error}
            storage:
              filesystem: {rootdirectory: %s}
              delete: {enabled: true}
              cache: {}
            http:
              addr: %s
            """
                    .formatted(folder.resolve("storage"), address())
                + more);
    process =
        new ProcessBuilder(PROGRAM, "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::answers);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(folder.resolve("log")));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  void stop() {
    process.destroyForcibly().onExit().join();
  }

  /** Copies an image of a layout folder into the registry. */
  void push(Path layout, String tag, String name, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("skopeo", "copy", "--dest-tls-verify=false"));
    words.addAll(List.of(options));
    words.add("oci:" + layout + ":" + tag);
    words.add("docker://" + address() + "/" + name);
    new Command(words).run("fill the registry");
  }

  /** The file in which the registry has a blob or a manifest. */
  Path stored(String digest) {
    String hex = digest.substring("sha256:".length());
    return folder
        .resolve("storage/docker/registry/v2/blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex)
        .resolve("data");
  }

  /** The largest blob: that of the layer. */
  Path largest() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("storage"))) {
      return files
          .filter(file -> file.endsWith("data"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
