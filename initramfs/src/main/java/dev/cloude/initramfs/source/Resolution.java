package dev.cloude.initramfs.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a source's name stood for at the time it was fetched.
 *
 * @param spec canonical text of what was asked for; a resolution counts only for the same text
 * @param digest {@code sha256:…} of what it stood for
 * @param contents for people: packages with versions, or the image's manifest
 */
public record Resolution(String spec, String digest, List<String> contents) {
  public Resolution {
    contents = List.copyOf(contents);
  }

  /**
   * A resolution as JSON has it.
   *
   * @return empty when it is none
   */
  public static Optional<Resolution> of(JsonNode node) {
    if (!node.path("spec").isTextual()
        || !node.path("digest").isTextual()
        || !node.path("contents").isArray()) {
      return Optional.empty();
    }
    List<String> contents = new ArrayList<>();
    node.path("contents").forEach(item -> contents.add(item.asText()));
    return Optional.of(
        new Resolution(node.path("spec").textValue(), node.path("digest").textValue(), contents));
  }

  /** A resolution to a list of things, for example packages; their order does not count. */
  public static Resolution ofContents(String spec, List<String> contents) {
    List<String> sorted = contents.stream().sorted().toList();
    return new Resolution(spec, sha256(String.join("\n", sorted)), sorted);
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
