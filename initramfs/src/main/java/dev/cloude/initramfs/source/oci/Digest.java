package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:HEX} or {@code sha512:HEX} (descriptor.md, Digests). A valid one
 * is safe as a part of a path.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case
 */
record Digest(String algorithm, String hex) {
  private static final Pattern VALID = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  static Digest parse(String text, String where) throws ImageException {
    if (!VALID.matcher(text).matches()) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "%s has the digest \"%s\"; only sha256 and sha512 are known, fetch the image again."
              .formatted(where, text));
    }
    int colon = text.indexOf(':');
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** SHA-256 of everything that a stream still gives; closes it. */
  static Digest sha256(InputStream in) throws IOException {
    return new Digest("sha256", "").of(in);
  }

  /** The digest of everything that a stream still gives. */
  Digest of(InputStream in) throws IOException {
    MessageDigest hash = hash();
    try (InputStream counted = new DigestInputStream(in, hash)) {
      counted.transferTo(OutputStream.nullOutputStream());
    }
    return new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
  }

  /** Throws unless a file has this digest. */
  void check(Path file, String what) throws ImageException {
    Digest found;
    try {
      found = of(Files.newInputStream(file));
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE, "%s could not be read from %s.".formatted(what, file), e);
    }
    if (!found.equals(this)) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "%s is damaged: it should be %s but is %s; fetch the image again."
              .formatted(what, this, found));
    }
  }

  private MessageDigest hash() {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-2", e);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
