package dev.cloude.initramfs.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.source.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image is and what it was made of; the {@code .meta} file beside it. It is written last:
 * an image without it is not finished.
 *
 * @param builder always {@link #BUILDER}: only such files are ever removed
 * @param builderVersion what wrote it
 * @param image file name of the image
 * @param bytes its size
 * @param unpackedBytes what the kernel makes of an archive; of a disk, what is on it
 * @param sha256 of the image file
 * @param fingerprint of everything that went in
 * @param inputs digest by name of input
 * @param source what the language's source stood for
 * @param builtAt when it was finished, as ISO 8601; empty in descriptions of earlier builders
 * @param changes what was different from the image before it, for people
 * @param bytesBefore size of the image before it; 0 when there was none
 */
public record ImageMeta(
    String builder,
    String builderVersion,
    String image,
    long bytes,
    long unpackedBytes,
    String sha256,
    String fingerprint,
    Map<String, String> inputs,
    Resolution source,
    String builtAt,
    List<String> changes,
    long bytesBefore) {

  public ImageMeta {
    changes = List.copyOf(changes);
  }

  static final String BUILDER = "cloude-initramfs";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** The description of an image, if there is one and this builder wrote it for that image. */
  static Optional<ImageMeta> read(Path image) {
    Path file = Language.metaFile(image);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      // By hand: binding to records costs a hundred milliseconds of a JVM's first second.
      JsonNode meta = JSON.readTree(file.toFile());
      boolean ours =
          meta.path("builder").asText().equals(BUILDER)
              && meta.path("image").asText().equals(image.getFileName().toString())
              && meta.path("inputs").isObject()
              && meta.path("fingerprint").isTextual();
      return ours ? Resolution.of(meta.path("source")).map(s -> of(meta, s)) : Optional.empty();
    } catch (IOException foreign) {
      return Optional.empty();
    }
  }

  private static ImageMeta of(JsonNode meta, Resolution source) {
    Map<String, String> inputs = new TreeMap<>();
    for (Map.Entry<String, JsonNode> input : meta.path("inputs").properties()) {
      inputs.put(input.getKey(), input.getValue().asText());
    }
    List<String> changes = new ArrayList<>();
    meta.path("changes").forEach(change -> changes.add(change.asText()));
    return new ImageMeta(
        BUILDER,
        meta.path("builderVersion").asText(),
        meta.path("image").asText(),
        meta.path("bytes").asLong(),
        meta.path("unpackedBytes").asLong(),
        meta.path("sha256").asText(),
        meta.path("fingerprint").asText(),
        inputs,
        source,
        meta.path("builtAt").asText(""),
        changes,
        meta.path("bytesBefore").asLong());
  }

  byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  /** Whether the image beside it still has the size that it was written with. */
  boolean describes(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == bytes;
    } catch (IOException gone) {
      return false;
    }
  }
}
