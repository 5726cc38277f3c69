package dev.cloude.initramfs.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.source.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What an image's source stood for when its registry or archive was last asked; the {@code
 * .lock.json} file beside the image. Until it is asked again, that is what the image is built from.
 *
 * @param builder always {@link ImageMeta#BUILDER}
 * @param source what was found
 * @param checkedAt when it was asked, as ISO 8601
 */
public record SourceLock(String builder, Resolution source, String checkedAt) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static SourceLock of(Resolution source, Instant now) {
    return new SourceLock(ImageMeta.BUILDER, source, now.toString());
  }

  /** A lock file, if there is one that this builder wrote. */
  static Optional<SourceLock> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      // By hand: binding to records costs a hundred milliseconds of a JVM's first second.
      JsonNode lock = JSON.readTree(file.toFile());
      return lock.path("builder").asText().equals(ImageMeta.BUILDER)
          ? Resolution.of(lock.path("source"))
              .map(source -> new SourceLock(ImageMeta.BUILDER, source, time(lock)))
          : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  private static String time(JsonNode lock) {
    return lock.path("checkedAt").asText("");
  }

  /** Whether the source was asked longer ago than this; so it was if nobody knows when. */
  boolean isOlderThan(Duration age, Instant now) {
    try {
      return !Instant.parse(checkedAt).plus(age).isAfter(now);
    } catch (DateTimeParseException damaged) {
      return true;
    }
  }

  byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }
}
