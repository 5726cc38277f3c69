package dev.cloude.initramfs.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.source.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
@JsonIgnoreProperties(ignoreUnknown = true)
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
    builtAt = builtAt == null ? "" : builtAt;
    changes = changes == null ? List.of() : List.copyOf(changes);
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
      ImageMeta meta = JSON.readValue(file.toFile(), ImageMeta.class);
      boolean ours =
          meta != null // for a file that says "null"
              && BUILDER.equals(meta.builder())
              && image.getFileName().toString().equals(meta.image())
              && meta.inputs() != null
              && meta.source() != null
              && meta.fingerprint() != null;
      return ours ? Optional.of(meta) : Optional.empty();
    } catch (IOException foreign) {
      return Optional.empty();
    }
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
