package dev.cloude.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageTest {
  @TempDir private Path folder;

  private static void assertUsage(CommandRun run, String says) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(says);
    assertThat(run.out()).isEmpty();
  }

  private CommandRun goWith(Path file) {
    return CommandRun.of("go", "--language", "c", "--file", file.toString());
  }

  @Test
  void filesThatCannotBeSent() throws IOException {
    assertUsage(goWith(folder.resolve("none")), "which does not exist");
    assertUsage(goWith(folder), "which is a folder");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
    assertUsage(goWith(binary), "which is not UTF-8 text");
    Path source = Files.writeString(folder.resolve("ok"), "x");
    assertUsage(
        CommandRun.of(
            "go", "--language", "c", "--file", source.toString(), "--stdin", binary.toString()),
        "--stdin names");
  }

  @Test
  void optionsThatAreMissingOrUnknown() {
    assertUsage(CommandRun.of(), "Name a command");
    assertUsage(CommandRun.of("run"), "run");
    assertUsage(CommandRun.of("go", "--language", "c"), "--file");
    assertUsage(CommandRun.of("go", "--file", "x"), "--language");
    assertUsage(CommandRun.of("go", "--language", "c", "--file", "x", "--nonsense"), "--nonsense");
    assertUsage(CommandRun.of("status"), "ID");
    assertUsage(CommandRun.of("status", "a/b"), "\"a/b\" is not a job's id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:8080",
        "ftp://host",
        "http://",
        "http://h/?q",
        "http://h/#f",
        "http:// "
      })
  void addressThatIsNotAServers(String url) {
    assertUsage(CommandRun.of("status", "a", "--backend", url), "--backend is \"" + url + "\"");
  }

  @Test
  void helpIsNotAnError() {
    CommandRun run = CommandRun.of("go", "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("--no-wait", "--stdin", "--backend");
  }

  @Test
  void serverThatIsNotThere() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    CommandRun run = CommandRun.of("status", "a", "--backend", "http://127.0.0.1:" + port);
    assertThat(run.exitCode()).isEqualTo(125);
    assertThat(run.err()).contains("http://127.0.0.1:" + port, "cannot be reached");
  }
}
