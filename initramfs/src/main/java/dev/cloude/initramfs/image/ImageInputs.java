package dev.cloude.initramfs.image;

import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that decides an image's bytes, by name. Two images with equal inputs are equal.
 *
 * @param digests SHA-256 in hexadecimal, by the input's name
 */
record ImageInputs(Map<String, String> digests) {
  ImageInputs {
    digests = Map.copyOf(digests);
  }

  /** SHA-256 over all inputs with their names. */
  String fingerprint() {
    MessageDigest hash = FileDigests.sha256();
    new TreeMap<>(digests)
        .forEach(
            (name, digest) ->
                hash.update((name + "\0" + digest + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Names of what is new, gone or different in another set of inputs, sorted. */
  TreeSet<String> differences(ImageInputs other) {
    TreeSet<String> names = new TreeSet<>(digests.keySet());
    names.addAll(other.digests.keySet());
    names.removeIf(
        name -> digests.containsKey(name) && digests.get(name).equals(other.digests.get(name)));
    return names;
  }

  /** Gathers inputs one by one. */
  static final class Collector {
    private final Map<String, String> digests = new TreeMap<>();
    private final FileDigests files;

    Collector(FileDigests files) {
      this.files = files;
    }

    void text(String name, String value) {
      digests.put(
          name,
          HexFormat.of()
              .formatHex(FileDigests.sha256().digest(value.getBytes(StandardCharsets.UTF_8))));
    }

    void file(String name, Path file) throws ImageException {
      digests.put(name, files.sha256(file));
    }

    ImageInputs done() {
      return new ImageInputs(digests);
    }
  }
}
