package dev.cloude.initramfs.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With helpers that are shell scripts, in a home of a test's own. */
class CredentialFilesTest {
  private static final String HOST = "registry.test:5000";
  private static final String ANSWER = "echo '{\"Username\": \"me\", \"Secret\": \"s3cret\"}'\n";

  @TempDir Path home;
  private final List<String> progress = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private Duration patience = Duration.ofMinutes(1);

  @BeforeEach
  void environment() throws Exception {
    Files.createDirectories(home.resolve(".docker"));
    Files.createDirectory(home.resolve("work"));
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
    environment.put("PATH", home + ":" + System.getenv("PATH"));
  }

  private void config(String json) throws Exception {
    Files.writeString(home.resolve(".docker/config.json"), json.replace('\'', '"'));
  }

  private void helper(String name, String body) throws Exception {
    Script.write(
        home.resolve("docker-credential-" + name),
        "echo \"$1 $(cat)\" >> %s/%s.asked\n%s".formatted(home, name, body));
  }

  private List<String> asked(String name) throws Exception {
    Path asked = home.resolve(name + ".asked");
    return Files.exists(asked) ? Files.readAllLines(asked) : List.of();
  }

  private AuthFile ask(String registry) throws ImageException {
    return new CredentialFiles(Optional.empty(), environment, patience)
        .forRegistry(registry, home.resolve("work"), progress::add);
  }

  private JsonNode told(String registry) throws Exception {
    try (AuthFile file = ask(registry)) {
      return new JsonMapper().readTree(file.path().orElseThrow().toFile());
    }
  }

  private static String pair(JsonNode told, String registry) {
    return new String(
        Base64.getDecoder().decode(told.path("auths").path(registry).path("auth").asText()));
  }

  @Test
  void theStoreIsAskedAndItsAnswerLastsForOneCall() throws Exception {
    helper("vault", ANSWER);
    config("{'credsStore': 'vault', 'auths': {'%s': {}}}".formatted(HOST));
    Path file;
    try (AuthFile credentials = ask(HOST)) {
      file = credentials.path().orElseThrow();
      assertThat(pair(new JsonMapper().readTree(file.toFile()), HOST)).isEqualTo("me:s3cret");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(credentials.failures()).isEmpty();
    }
    assertThat(file).doesNotExist();
    assertThat(asked("vault")).containsExactly("get " + HOST);
    assertThat(progress).isEmpty();
  }

  @Test
  void dockerHubHasTheNameThatDockerLoginGivesIt() throws Exception {
    helper("vault", ANSWER);
    config("{'credHelpers': {'https://index.docker.io/v1/': 'vault'}}");
    assertThat(pair(told("docker.io"), "docker.io")).isEqualTo("me:s3cret");
    assertThat(asked("vault")).containsExactly("get https://index.docker.io/v1/");
  }

  @Test
  void aRegistrysOwnHelperComesBeforeTheStore() throws Exception {
    helper("vault", "exit 1\n");
    helper("own", ANSWER);
    config(
        "{'credsStore': 'vault', 'credHelpers': {'%s': 'own', 'none.test': ''}}".formatted(HOST));
    JsonNode told = told(HOST);
    assertThat(pair(told, HOST)).isEqualTo("me:s3cret");
    assertThat(told.path("credHelpers").has(HOST)).as("asked already").isFalse();
    assertThat(ask("none.test").path()).as("no helper: skopeo's own way").isEmpty();
    assertThat(asked("vault")).isEmpty();
  }

  @Test
  void anIdentityTokenIsNoPassword() throws Exception {
    helper("vault", "echo '{\"Username\": \"<token>\", \"Secret\": \"t0ken\"}'\n");
    config("{'credsStore': 'vault'}");
    JsonNode told = told(HOST);
    assertThat(told.path("auths").path(HOST).path("identitytoken").asText()).isEqualTo("t0ken");
    assertThat(pair(told, HOST)).isEqualTo("<token>:");
  }

  @Test
  void whatTheHelperDoesNotKnowIsInTheFileOrNowhere() throws Exception {
    helper("vault", "echo 'credentials not found in native keychain'\nexit 1\n");
    config("{'credsStore': 'vault', 'auths': {'%s': {'auth': 'bWU6b2xk'}}}".formatted(HOST));
    assertThat(pair(told(HOST), HOST)).isEqualTo("me:old");
    assertThat(told("other.test").path("auths").has("other.test")).isFalse();
    assertThat(progress).isEmpty();
  }

  @Test
  void othersKeepTheirsForMirrors() throws Exception {
    helper("vault", ANSWER);
    config(
        """
        {'credsStore': 'vault', 'credHelpers': {'b.test': 'own', 'c.test': '../bad'},
         'auths': {'a.test': {}, 'https://d.test/v1/': {'auth': 'bWU6b2xk'}}}
        """);
    JsonNode told = told(HOST);
    assertThat(told.path("credHelpers").toString())
        .isEqualTo("{\"a.test\":\"vault\",\"b.test\":\"own\"}");
    assertThat(pair(told, "https://d.test/v1/")).isEqualTo("me:old");
  }

  @Test
  void theFirstFileThatKnowsDecides() throws Exception {
    helper("vault", ANSWER);
    config("{'credsStore': 'vault'}");
    Files.createDirectories(home.resolve("run/containers"));
    Path first = home.resolve("run/containers/auth.json");
    Files.writeString(first, "{\"auths\":{\"%s\":{\"auth\":\"bWU6b2xk\"}}}".formatted(HOST));
    assertThat(ask(HOST).path()).isEmpty();
    assertThat(asked("vault")).isEmpty();
    assertThat(pair(told("other.test"), "other.test")).isEqualTo("me:s3cret");

    environment.put("REGISTRY_AUTH_FILE", Files.writeString(home.resolve("a"), "{}").toString());
    assertThat(pair(told(HOST), HOST)).as("the first is left out").isEqualTo("me:s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | | docker-credential-none is not on the PATH; install it",
        "vault | echo 'the vault is locked'; exit 3 | exit code 3, saying: the vault is locked",
        "vault | exit 4 | with exit code 4; try",
        "vault | echo s3cret | without a Username and a Secret",
        "vault | echo '{\"Username\": \"me:\", \"Secret\": \"s3cret\"}' | without a Username",
        "vault | echo '{\"Username\": \"me\", \"Secret\": {\"s3cret\": 1}}' | without a Username",
        "vault | exec yes s3cret | says more than 65536 bytes",
        "vault | exec yes s3cret >&2 | has not ended within 500 ms",
        "vault | tail -f /dev/null | has not answered within 500 ms",
        "vault | exec >&-; exec sleep 1000 | has not ended within 500 ms",
        "../vault | | is no name of a helper",
        "-vault | | is no name of a helper"
      })
  void aHelperThatFailsIsSaidAndLeftOut(String name, String body, String says) throws Exception {
    patience = Duration.ofMillis(500);
    helper("vault", "echo $$ > %s/pid\n%s\n".formatted(home, body == null ? "" : body));
    config("{'credsStore': '%s'}".formatted(name));
    try (AuthFile file = ask(HOST)) {
      assertThat(file.failures())
          .singleElement()
          .asString()
          .contains(says)
          .doesNotContain("s3cret")
          .endsWith(".");
      assertThat(Files.readString(file.path().orElseThrow())).doesNotContain("vault");
    }
    assertThat(progress).singleElement().asString().contains("config.json", says);
    if (Files.exists(home.resolve("pid"))) {
      long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
      Awaitility.await()
          .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  @Test
  void aFileThatIsNamedTwiceIsReadOnce() throws Exception {
    helper("vault", "exit 1\n");
    config("{'credsStore': 'vault'}");
    environment.put("DOCKER_CONFIG", home.resolve(".docker").toString());
    assertThat(ask(HOST).failures()).hasSize(1);
    assertThat(asked("vault")).hasSize(1);
  }

  @Test
  void aFileThatIsNoJsonIsNamedAndNotQuoted() throws Exception {
    config("{\n'auths': s3cret}");
    assertThatThrownBy(() -> ask(HOST))
        .hasMessageContaining(".docker/config.json is not JSON from line 2 on")
        .hasMessageNotContaining("s3cret");
  }
}
