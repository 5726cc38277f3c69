package dev.cloude.initramfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials, certificates and mirrors. */
@Tag("registry")
class RegistryAccessTest {
  @TempDir Path folder;
  private RegistryFixture images;

  @BeforeEach
  void prepare() throws Exception {
    images = new RegistryFixture(folder);
  }

  @Test
  void credentialsComeFromTheStandardFile() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.locked(folder)) {
      registry.pushLocked(images.layout("one", "first"), "1", "python:1");
      String reference = registry.address() + "/python:1";
      use(Optional.of(config(registry, "wrong")), Optional.empty(), Optional.empty());
      assertThatThrownBy(() -> images.build(reference))
          .hasMessageContaining("authentication required")
          .hasMessageContaining("--auth-file");
      use(Optional.of(config(registry, "secret")), Optional.empty(), Optional.empty());
      assertThat(images.text(reference)).isEqualTo("first");
    }
  }

  private Path config(LoopbackRegistry registry, String password) throws IOException {
    String token = Base64.getEncoder().encodeToString(("me:" + password).getBytes());
    return Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), token));
  }

  @Test
  void aCertificateAuthorityOfOnesOwnIsTrusted() throws Exception {
    Path mine = certificate("mine");
    Path others = certificate("others");
    String tls =
        "  tls: {certificate: %s, key: %s}\n"
            .formatted(mine.resolve("ca.crt"), folder.resolve("mine.key"));
    try (LoopbackRegistry registry = new LoopbackRegistry(folder.resolve("registry"), tls)) {
      registry.push(images.layout("one", "first"), "1", "python:1");
      String reference = registry.address() + "/python:1";
      use(Optional.empty(), Optional.of(others), Optional.empty());
      assertThatThrownBy(() -> images.build(reference))
          .hasMessageContaining("x509")
          .hasMessageContaining("certs.d");
      use(Optional.empty(), Optional.of(mine), Optional.empty());
      assertThat(images.text(reference)).isEqualTo("first");
    }
  }

  /** A folder with a certificate for 127.0.0.1 that is its own authority; the key is beside it. */
  private Path certificate(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    String java = System.getProperty("java.home");
    new Command(
            List.of(
                java + "/bin/keytool",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-ext",
                "san=ip:127.0.0.1"))
        .run("make a certificate");
    KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    Path trusted = Files.createDirectory(folder.resolve(name));
    pem(trusted.resolve("ca.crt"), "CERTIFICATE", keys.getCertificate("a").getEncoded());
    pem(
        folder.resolve(name + ".key"),
        "PRIVATE KEY",
        keys.getKey("a", "secret".toCharArray()).getEncoded());
    return trusted;
  }

  private static void pem(Path file, String kind, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  @Test
  void aMirrorStandsInForARegistryOutOfReach() throws Exception {
    try (LoopbackRegistry registry = new LoopbackRegistry(folder.resolve("registry"), "")) {
      registry.push(images.layout("one", "first"), "1", "copies/python:1");
      Path conf =
          Files.writeString(
              folder.resolve("registries.conf"),
              """
              [[registry]]
              prefix = "nowhere.invalid/library"
              location = "nowhere.invalid/library"
              [[registry.mirror]]
              location = "%s/copies"
              insecure = true
              """
                  .formatted(registry.address()));
      use(Optional.empty(), Optional.empty(), Optional.of(conf));
      assertThat(images.text("nowhere.invalid/library/python:1")).isEqualTo("first");
    }
  }

  private void use(Optional<Path> authFile, Optional<Path> certDir, Optional<Path> conf) {
    images.use(SkopeoOptions.of(authFile, certDir, conf));
  }
}
