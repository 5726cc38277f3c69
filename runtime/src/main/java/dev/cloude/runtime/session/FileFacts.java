package dev.cloude.runtime.session;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

  /** As the image's builder wrote it beside the image; empty when it did not. */
  String fingerprint(Path image) {
    try {
      return JSON.readTree(Files.readAllBytes(Language.metaFile(image)))
          .path("fingerprint")
          .asText();
    } catch (IOException e) {
      return "";
    }
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
