package dev.cloude.ejb.job;

import dev.cloude.runtime.job.SourceFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * SHA-256 over several parts: before each part stand its length's eight bytes, big-endian, so that
 * no two lists of parts are the same bytes.
 */
public final class Digests {
  private final MessageDigest sha256;

  private Digests() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Of a program: each file's path and content, in the order in which they were submitted.
   *
   * @return 64 hexadecimal digits
   */
  public static String ofFiles(List<SourceFile> files) {
    Digests digest = new Digests();
    for (SourceFile file : files) {
      digest.add(file.path());
      digest.add(file.content());
    }
    return digest.hex();
  }

  /** Of everything that a client asked for, but for its name and its idempotency key. */
  static String ofRequest(NewJob job) {
    Digests digest = new Digests();
    digest.add(job.language());
    digest.add(job.version().orElse(""));
    digest.add(ofFiles(job.files()));
    digest.add(job.stdin());
    digest.addAll(job.args());
    digest.add(job.env());
    digest.addAll(job.compilerFlags());
    digest.add(job.limits().toString());
    digest.add(job.network().toString());
    digest.add(job.vcpus().toString());
    digest.add(job.labels());
    digest.add(job.expectedOutput().isPresent() ? "expected" : "");
    digest.add(job.expectedOutput().orElse(new byte[0]));
    return digest.hex();
  }

  private void addAll(List<String> words) {
    add("list " + words.size());
    words.forEach(this::add);
  }

  private void add(Map<String, String> map) {
    add("map " + map.size());
    new TreeMap<>(map)
        .forEach(
            (key, value) -> {
              add(key);
              add(value);
            });
  }

  private void add(String part) {
    add(part.getBytes(StandardCharsets.UTF_8));
  }

  private void add(byte[] part) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(part.length).array());
    sha256.update(part);
  }

  private String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }
}
