package dev.cloude.initramfs.source.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloude.initramfs.error.ImageException;
import java.util.Optional;

/**
 * Points to a blob (descriptor.md).
 *
 * @param mediaType may be empty in old indexes
 * @param size in bytes
 * @param platform {@code os/architecture}, if it is told
 * @param refName value of {@code org.opencontainers.image.ref.name}, or empty
 */
record Descriptor(
    String mediaType, Digest digest, long size, Optional<String> platform, String refName) {

  static Descriptor parse(JsonNode node, String where) throws ImageException {
    JsonNode platform = node.path("platform");
    return new Descriptor(
        node.path("mediaType").asText(""),
        Digest.parse(node.path("digest").asText(""), where),
        node.path("size").asLong(-1),
        platform.isObject()
            ? Optional.of(
                platform.path("os").asText() + "/" + platform.path("architecture").asText())
            : Optional.empty(),
        node.path("annotations").path("org.opencontainers.image.ref.name").asText(""));
  }

  boolean isIndex() {
    return mediaType.equals("application/vnd.oci.image.index.v1+json")
        || mediaType.equals("application/vnd.docker.distribution.manifest.list.v2+json");
  }

  boolean isManifest() {
    return mediaType.equals("application/vnd.oci.image.manifest.v1+json")
        || mediaType.equals("application/vnd.docker.distribution.manifest.v2+json");
  }

  /** Whether this names the tag; some tools write the whole reference. */
  boolean hasTag(String tag) {
    return refName.equals(tag) || refName.endsWith(":" + tag);
  }
}
