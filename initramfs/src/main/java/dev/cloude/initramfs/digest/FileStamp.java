package dev.cloude.initramfs.digest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the file system says of a file's contents without reading them. No program can set the time
 * of change, and a file that was put in another's place has another inode number.
 *
 * @param device number of the file system
 * @param inode number of the file in it
 * @param bytes size
 * @param modified text of the time of the last writing
 * @param changed text of the time of the last change of contents or attributes
 */
public record FileStamp(long device, long inode, long bytes, String modified, String changed) {

  /**
   * How old the last change must be for the stamp to tell contents apart. Two writings within one
   * tick of the file system's clock leave the same times; the coarsest clock in use, that of FAT,
   * ticks every two seconds.
   */
  private static final Duration REST = Duration.ofSeconds(3);

  /** The stamp of a file, or of what a link leads to. */
  public static FileStamp of(Path file) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
    return new FileStamp(
        (Long) facts.get("dev"),
        (Long) facts.get("ino"),
        (Long) facts.get("size"),
        ((FileTime) facts.get("lastModifiedTime")).toInstant().toString(),
        ((FileTime) facts.get("ctime")).toInstant().toString());
  }

  /** A stamp as JSON has it; empty when it is none. */
  static Optional<FileStamp> of(JsonNode node) {
    boolean whole =
        node.path("device").isIntegralNumber()
            && node.path("inode").isIntegralNumber()
            && node.path("bytes").isIntegralNumber()
            && node.path("modified").isTextual()
            && node.path("changed").isTextual();
    return whole
        ? Optional.of(
            new FileStamp(
                node.path("device").longValue(),
                node.path("inode").longValue(),
                node.path("bytes").longValue(),
                node.path("modified").textValue(),
                node.path("changed").textValue()))
        : Optional.empty();
  }

  /** Whether a change after a moment must show in the stamp. */
  public boolean tellsChangesAfter(Instant moment) {
    Instant settled = moment.minus(REST);
    return Instant.parse(modified).isBefore(settled) && Instant.parse(changed).isBefore(settled);
  }
}
