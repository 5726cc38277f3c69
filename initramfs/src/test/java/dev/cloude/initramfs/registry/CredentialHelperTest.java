package dev.cloude.initramfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.fixture.Script;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that asks for a password, which a helper program keeps. */
@Tag("registry")
class CredentialHelperTest {
  private static final String ANSWER = "echo '{\"Username\": \"me\", \"Secret\": \"%s\"}'\n";

  @TempDir Path folder;
  private LoopbackRegistry registry;
  private RegistryFixture images;

  @BeforeEach
  void start() throws Exception {
    registry = LoopbackRegistry.locked(folder);
    images = new RegistryFixture(folder);
    registry.pushLocked(images.layout("one", "first"), "1", "python:1");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private String reference() {
    return registry.address() + "/python:1";
  }

  private void helper(String body) throws Exception {
    Script.write(
        folder.resolve("docker-credential-vault"),
        "[ \"$1 $(cat)\" = \"get %s\" ] || exit 9\n%s".formatted(registry.address(), body));
  }

  private void config(String json) throws Exception {
    Path config = Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
    use(Optional.of(config), Optional.empty());
  }

  private void use(Optional<Path> config, Optional<Path> mirrors) {
    images.use(
        SkopeoOptions.of(config, Optional.empty(), mirrors)
            .environment(
                Map.of("HOME", folder.toString(), "PATH", folder + ":" + System.getenv("PATH")))
            .patience(Duration.ofSeconds(5)));
  }

  private void assertNoSecretIsLeft() throws Exception {
    assertThat(images.progress()).noneMatch(line -> line.contains("secret"));
    try (var files = Files.walk(images.out())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.getFileName().toString()).doesNotStartWith("auth");
      }
    }
  }

  @Test
  void theStoreOfAllRegistriesIsAsked() throws Exception {
    helper(ANSWER.formatted("secret"));
    config("{'auths': {'%s': {}}, 'credsStore': 'vault'}".formatted(registry.address()));
    assertThat(images.text(reference())).isEqualTo("first");
    assertNoSecretIsLeft();
  }

  @Test
  void theHelperOfOneRegistryIsAsked() throws Exception {
    helper(ANSWER.formatted("secret"));
    config("{'credHelpers': {'%s': 'vault'}}".formatted(registry.address()));
    assertThat(images.text(reference())).isEqualTo("first");
    assertNoSecretIsLeft();
  }

  @Test
  void aMirrorsHelperIsAskedToo() throws Exception {
    helper(ANSWER.formatted("secret"));
    config("{'auths': {'%s': {}}, 'credsStore': 'vault'}".formatted(registry.address()));
    Path mirrors =
        Files.writeString(
            folder.resolve("registries.conf"),
            """
            [[registry]]
            location = "nowhere.invalid"
            [[registry.mirror]]
            location = "%s"
            insecure = true
            """
                .formatted(registry.address()));
    use(Optional.of(folder.resolve("config.json")), Optional.of(mirrors));
    assertThat(images.text("nowhere.invalid/python:1")).isEqualTo("first");
  }

  @Test
  void wrongCredentialsAreRefused() throws Exception {
    helper(ANSWER.formatted("wrong"));
    config("{'credsStore': 'vault'}");
    assertThatThrownBy(() -> images.build(reference()))
        .hasMessageContaining("authentication required")
        .hasMessageContaining("--auth-file")
        .hasMessageNotContaining("wrong");
    assertNoSecretIsLeft();
  }

  @Test
  void aRefusalSaysWhatBecameOfTheHelper() throws Exception {
    config("{'credsStore': 'none'}");
    assertRefused("docker-credential-none is not on the PATH");
    config("{'credsStore': 'vault'}");
    helper("echo locked\nexit 1\n");
    assertRefused("exit code 1, saying: locked");
    helper("exec yes secret\n");
    assertRefused("says more than 65536 bytes");
    helper("tail -f /dev/null\n");
    assertRefused("has not answered within 5000 ms");
    assertNoSecretIsLeft();
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> images.build(reference()))
        .hasMessageContaining("authentication required")
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret");
  }

  @Test
  void whatIsOpenToAllNeedsNoHelper() throws Exception {
    try (LoopbackRegistry open = new LoopbackRegistry(folder.resolve("open"), "")) {
      open.push(images.layout("two", "second"), "1", "python:1");
      config("{'credsStore': 'none'}");
      assertThat(images.text(open.address() + "/python:1")).isEqualTo("second");
      assertThat(images.progress())
          .filteredOn(line -> line.contains("docker-credential-none is not on the PATH"))
          .isNotEmpty();
    }
  }
}
