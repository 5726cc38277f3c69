package dev.cloude.initramfs.credentials;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files in which skopeo looks for credentials, in its order. Where one names a helper for a
 * registry, the helper is asked here: skopeo knows none for all registries, keeps Docker Hub under
 * another name than {@code docker login} does, and takes identity tokens for passwords.
 *
 * @param named the file to use before all others, if one is named
 * @param environment of the builder and of helpers
 * @param patience how long a helper may take
 */
public record CredentialFiles(
    Optional<Path> named, Map<String, String> environment, Duration patience) {

  private static final String CONFIG = "config.json";

  /** The file that skopeo is told of where no helper is needed; empty: those that it knows. */
  private Optional<Path> told() {
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    if (named.isPresent() || environment.containsKey("REGISTRY_AUTH_FILE") || docker.isEmpty()) {
      return named;
    }
    return Optional.of(Path.of(docker, CONFIG)).filter(Files::isRegularFile);
  }

  private List<Path> files() {
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    List<Path> files = new ArrayList<>();
    files.add(told().orElseGet(this::first));
    files.add(
        path("XDG_CONFIG_HOME").orElse(home.resolve(".config")).resolve("containers/auth.json"));
    files.add(home.resolve(".docker").resolve(CONFIG));
    return files.stream()
        .map(file -> file.toAbsolutePath().normalize())
        .distinct()
        .filter(Files::isReadable)
        .toList();
  }

  private Path first() {
    return path("REGISTRY_AUTH_FILE")
        .or(() -> path("XDG_RUNTIME_DIR").map(runtime -> runtime.resolve("containers/auth.json")))
        .orElseGet(() -> Path.of("/run/containers/%s/auth.json".formatted(user())));
  }

  private Optional<Path> path(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(p -> !p.isEmpty()).map(Path::of);
  }

  private static Object user() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * What to tell skopeo for a registry.
   *
   * @param registry host, with the port if it has one
   * @param folder where a file may be written that only this user can read
   * @param progress is told of helpers that fail; the registry is then asked without them
   */
  public AuthFile forRegistry(String registry, Path folder, Consumer<String> progress)
      throws ImageException {
    if (named.isPresent() && !Files.isReadable(named.get())) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "%s, given with --auth-file, is not a readable file; correct the path."
              .formatted(named.get()));
    }
    List<CredentialFile> read = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    boolean asked = false;
    Optional<Credential> known = Optional.empty();
    for (Path path : files()) {
      CredentialFile file = CredentialFile.read(path);
      read.add(0, file);
      Optional<String> helper = file.helper(registry);
      if (helper.isPresent()) {
        asked = true;
        try {
          known = ask(helper.get(), file, registry);
        } catch (ImageException e) {
          failures.add(e.getMessage());
          progress.accept("going on without " + file.path() + ": " + e.getMessage());
        }
      }
      if (known.isPresent() || file.hasSecret(registry)) {
        break;
      }
    }
    if (!asked) {
      return AuthFile.given(told());
    }
    ObjectNode merged = CredentialFile.empty();
    read.forEach(file -> file.addTo(merged));
    CredentialFile.settle(merged, registry, known);
    return AuthFile.written(folder, merged, failures);
  }

  private Optional<Credential> ask(String helper, CredentialFile file, String registry)
      throws ImageException {
    if (!CredentialHelper.isName(helper)) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "\"%s\" in %s is no name of a helper, whose program is docker-credential-NAME; correct it."
              .formatted(helper, file.path()));
    }
    return new CredentialHelper(helper, environment, patience).get(RegistryName.server(registry));
  }
}
