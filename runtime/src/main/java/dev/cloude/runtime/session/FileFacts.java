package dev.cloude.runtime.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.cloude.initramfs.catalog.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What receipts say about files. Each is read once, and again when it has changed. */
final class FileFacts {
  private static final JsonMapper JSON = new JsonMapper();

  private record Version(Path file, long size, FileTime modified) {}

  private final ConcurrentMap<Version, String> digests = new ConcurrentHashMap<>();

  /** SHA-256 in hexadecimal; empty when the file cannot be read any more. */
  String sha256(Path file) {
    try {
      Version version = new Version(file, Files.size(file), Files.getLastModifiedTime(file));
      String known = digests.get(version);
      if (known == null) {
        known = digest(file);
        digests.put(version, known);
      }
      return known;
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * As the images' builder wrote it beside them: with a disk, SHA-256 of both lines, the disk's
   * first. Empty when one is not there.
   */
  String fingerprint(GuestImage image) {
    String initrd = meta(image.initrd()).path("fingerprint").asText();
    if (image.disk().isEmpty()) {
      return initrd;
    }
    String disk = meta(image.disk().get()).path("fingerprint").asText();
    return initrd.isEmpty() || disk.isEmpty()
        ? ""
        : hex(sha256().digest((disk + "\n" + initrd + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  /** How many bytes an archive takes unpacked; as the builder wrote it, else the archive's own. */
  long unpackedBytes(Path archive) {
    return meta(archive).path("unpackedBytes").asLong(archive.toFile().length());
  }

  private static JsonNode meta(Path image) {
    try {
      return JSON.readTree(Files.readAllBytes(Language.metaFile(image)));
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(sha256.digest());
  }
}
