package dev.cloude.initramfs.credentials;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a helper knows of a registry.
 *
 * @param username {@code <token>} where the secret is an identity token
 */
record Credential(String username, String secret) {
  private static final String TOKEN = "<token>";

  /** The form of {@code auths} in containers-auth.json(5). */
  ObjectNode entry() {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    boolean token = username.equals(TOKEN);
    String pair = username + ":" + (token ? "" : secret);
    entry.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    if (token) {
      entry.put("identitytoken", secret);
    }
    return entry;
  }

  /** Says nothing of the secret, whoever prints it. */
  @Override
  public String toString() {
    return "credential of " + username;
  }
}
