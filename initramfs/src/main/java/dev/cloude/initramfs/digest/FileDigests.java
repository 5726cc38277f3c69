package dev.cloude.initramfs.digest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SHA-256 of files. A file is read once, and again when its {@link FileStamp} has changed or could
 * not have shown a change. Used by one thread.
 */
public final class FileDigests {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A digest, and the stamp of the file that it was taken of.
   *
   * @param sha256 hexadecimal
   */
  private record Known(FileStamp stamp, String sha256) {}

  private record Document(Map<String, Known> files) {}

  private final Clock clock;
  private final SortedMap<String, Known> known = new TreeMap<>();
  private boolean changed;

  public FileDigests() {
    this(Clock.systemUTC());
  }

  FileDigests(Clock clock) {
    this.clock = clock;
  }

  /** SHA-256 in hexadecimal of a file as it is now. */
  public String sha256(Path file) throws ImageException {
    String name = file.toAbsolutePath().normalize().toString();
    try {
      FileStamp before = FileStamp.of(file);
      Known last = known.get(name);
      if (last != null && last.stamp().equals(before)) {
        return last.sha256();
      }
      Instant start = clock.instant();
      String sha256 = read(file);
      if (before.tellsChangesAfter(start) && before.equals(FileStamp.of(file))) {
        known.put(name, new Known(before, sha256));
        changed = true;
      }
      return sha256;
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.INPUT, file + " cannot be read; check that it is there.", e);
    }
  }

  /**
   * Takes a digest that is known because the caller wrote the file, and nobody else may.
   *
   * @param sha256 hexadecimal
   */
  public void learn(Path file, String sha256) throws IOException {
    known.put(file.toAbsolutePath().normalize().toString(), new Known(FileStamp.of(file), sha256));
    changed = true;
  }

  /** Takes over what an earlier run has kept; a file that cannot be read counts as empty. */
  public void load(Path kept) {
    if (!Files.isRegularFile(kept)) {
      return;
    }
    try {
      // By hand: binding to records costs a hundred milliseconds of a JVM's first second.
      JsonNode files = JSON.readTree(kept.toFile()).path("files");
      for (Map.Entry<String, JsonNode> file : files.properties()) {
        FileStamp.of(file.getValue().path("stamp"))
            .ifPresent(
                stamp ->
                    known.putIfAbsent(
                        file.getKey(), new Known(stamp, file.getValue().path("sha256").asText())));
      }
    } catch (IOException damaged) {
      // Everything is read once more, and the file is written anew.
      changed = true;
    }
  }

  /**
   * Keeps what is known for the next run, if there is anything new.
   *
   * @param scratch folder in the same file system
   */
  public void save(Path kept, Path scratch) throws IOException {
    if (changed || !Files.exists(kept)) {
      Path written = scratch.resolve("digests.json");
      JSON.writeValue(written.toFile(), new Document(known));
      Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String read(Path file) throws IOException {
    MessageDigest hash = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** The digest whose file is unchanged, if that can be told without reading it. */
  public Optional<String> unread(Path file) {
    try {
      Known last = known.get(file.toAbsolutePath().normalize().toString());
      return last != null && last.stamp().equals(FileStamp.of(file))
          ? Optional.of(last.sha256())
          : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** A new SHA-256 calculation. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
