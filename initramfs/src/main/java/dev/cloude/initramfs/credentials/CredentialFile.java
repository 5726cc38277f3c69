package dev.cloude.initramfs.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A {@code config.json} or {@code auth.json}: secrets, and the names of helpers. */
final class CredentialFile {
  private static final String AUTHS = "auths";
  private static final String HELPERS = "credHelpers";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path path;
  private final JsonNode content;

  private CredentialFile(Path path, JsonNode content) {
    this.path = path;
    this.content = content;
  }

  static CredentialFile read(Path path) throws ImageException {
    try {
      return new CredentialFile(path, JSON.readTree(Files.readAllBytes(path)));
    } catch (JsonProcessingException e) {
      // Its own message would quote what is there.
      throw new ImageException(
          ImageException.Code.INPUT,
          "The file of credentials %s is not JSON from line %d on; correct it, or name another with --auth-file."
              .formatted(path, e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "The file of credentials %s cannot be read (%s); correct that, or name another with --auth-file."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  Path path() {
    return path;
  }

  /** The helper for a registry: its own, or that of all. An empty name says that there is none. */
  Optional<String> helper(String registry) {
    for (Map.Entry<String, JsonNode> own : content.path(HELPERS).properties()) {
      if (RegistryName.host(own.getKey()).equals(registry)) {
        return Optional.of(own.getValue().asText()).filter(name -> !name.isEmpty());
      }
    }
    return Optional.of(content.path("credsStore").asText()).filter(name -> !name.isEmpty());
  }

  /** Whether there is a secret for a registry, or for a part of it, in the file itself. */
  boolean hasSecret(String registry) {
    return content.path(AUTHS).properties().stream()
        .anyMatch(e -> RegistryName.host(e.getKey()).equals(registry) && isSecret(e.getValue()));
  }

  private static boolean isSecret(JsonNode entry) {
    return !entry.path("auth").asText().isEmpty();
  }

  /**
   * Adds what this file says to a file for skopeo. It knows no helper for all registries, and gets
   * one for each that somebody has logged in to: mirrors are asked for, too.
   */
  void addTo(ObjectNode target) {
    ObjectNode auths = target.withObjectProperty(AUTHS);
    ObjectNode helpers = target.withObjectProperty(HELPERS);
    for (Map.Entry<String, JsonNode> entry : content.path(AUTHS).properties()) {
      String host = RegistryName.host(entry.getKey());
      if (isSecret(entry.getValue())) {
        auths.set(entry.getKey(), entry.getValue());
        helpers.remove(host);
      } else {
        helper(host).filter(CredentialHelper::isName).ifPresent(name -> helpers.put(host, name));
      }
    }
    for (Map.Entry<String, JsonNode> entry : content.path(HELPERS).properties()) {
      if (CredentialHelper.isName(entry.getValue().asText())) {
        helpers.set(RegistryName.host(entry.getKey()), entry.getValue());
      }
    }
  }

  /** Sets what is known of a registry; nobody needs to ask a helper for it any more. */
  static void settle(ObjectNode target, String registry, Optional<Credential> known) {
    target.withObjectProperty(HELPERS).remove(registry);
    known.ifPresent(it -> target.withObjectProperty(AUTHS).set(registry, it.entry()));
  }

  static byte[] bytes(ObjectNode target) throws IOException {
    return JSON.writeValueAsBytes(target);
  }

  static ObjectNode empty() {
    return JSON.createObjectNode();
  }
}
