package dev.cloude.initramfs.source.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An OCI image layout folder: finds the image for one platform and gives verified blobs. */
final class OciLayout {
  /** The only kind of guest there is. */
  static final String PLATFORM = "linux/amd64";

  private static final JsonMapper JSON = new JsonMapper();

  /** Far more than any index, manifest or configuration needs. */
  private static final long LARGEST_JSON = 16L << 20;

  private static final int DEEPEST_INDEX = 4;

  private final Path folder;

  OciLayout(Path folder) throws ImageException {
    this.folder = folder;
    if (!Files.isRegularFile(folder.resolve("index.json"))) {
      throw bad(
          "%s is not an OCI layout folder: it has no index.json; make one with \"skopeo copy"
                  .formatted(folder)
              + " docker://IMAGE oci:DIR:TAG\".");
    }
  }

  /** The manifest of the image with a tag, for the guests' platform. */
  Descriptor manifest(Optional<String> tag) throws ImageException {
    Path file = folder.resolve("index.json");
    List<Descriptor> all =
        descriptors(readJson(file, file.toString()), "manifests", file.toString());
    List<Descriptor> tagged =
        tag.isEmpty() ? all : all.stream().filter(d -> d.hasTag(tag.get())).toList();
    if (tagged.isEmpty()) {
      throw bad(
          "%s has no image %s; it has %s."
              .formatted(folder, tag.map(t -> "with the tag " + t).orElse("at all"), tags(all)));
    }
    return choose(tagged, file.toString(), 0);
  }

  private Descriptor choose(List<Descriptor> candidates, String where, int depth)
      throws ImageException {
    List<Descriptor> fitting =
        candidates.stream().filter(d -> d.platform().map(PLATFORM::equals).orElse(true)).toList();
    List<Descriptor> exact = fitting.stream().filter(d -> d.platform().isPresent()).toList();
    List<Descriptor> chosen = exact.isEmpty() ? fitting : exact;
    if (chosen.isEmpty()) {
      throw bad(
          "%s has no image for %s, only for %s; use an image that is made for it."
              .formatted(
                  where,
                  PLATFORM,
                  String.join(
                      ", ", candidates.stream().flatMap(d -> d.platform().stream()).toList())));
    }
    if (chosen.stream().map(Descriptor::digest).distinct().count() > 1) {
      throw bad(
          "%s has %d images; name one by its tag (%s), as in oci:DIR:TAG."
              .formatted(where, chosen.size(), tags(chosen)));
    }
    Descriptor one = chosen.get(0);
    if (one.isManifest() || one.mediaType().isEmpty()) {
      return one;
    }
    if (!one.isIndex()) {
      throw bad(
          "%s is of the kind \"%s\", which is no image; fetch the image in OCI format."
              .formatted(one.digest(), one.mediaType()));
    }
    if (depth == DEEPEST_INDEX) {
      throw bad("%s nests indexes more than %d deep.".formatted(folder, DEEPEST_INDEX));
    }
    String name = "The index " + one.digest();
    return choose(descriptors(json(one, name), "manifests", name), name, depth + 1);
  }

  private static String tags(List<Descriptor> descriptors) {
    List<String> tags =
        descriptors.stream().map(Descriptor::refName).filter(n -> !n.isEmpty()).toList();
    return tags.isEmpty() ? "no tags" : "the tags " + String.join(", ", tags);
  }

  /** Reads a blob that holds JSON. */
  JsonNode json(Descriptor descriptor, String what) throws ImageException {
    return readJson(blob(descriptor, what), what);
  }

  /** Descriptors in a list of a JSON document. */
  static List<Descriptor> descriptors(JsonNode document, String field, String where)
      throws ImageException {
    if (!document.path(field).isArray()) {
      throw bad(where + " has no list of " + field + "; fetch the image again.");
    }
    List<Descriptor> found = new ArrayList<>();
    for (JsonNode node : document.path(field)) {
      found.add(Descriptor.parse(node, where));
    }
    return found;
  }

  /** Where a blob is, or would be. */
  Path file(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** The file of a blob, after its size and digest were checked. */
  Path blob(Descriptor descriptor, String what) throws ImageException {
    Path file = file(descriptor.digest());
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "%s is missing: %s is not there; fetch the image again.".formatted(what, file),
          e);
    }
    if (size != descriptor.size()) {
      throw bad(
          "%s is damaged: it should have %d bytes but has %d; fetch the image again."
              .formatted(what, descriptor.size(), size));
    }
    descriptor.digest().check(file, what);
    return file;
  }

  private static JsonNode readJson(Path file, String what) throws ImageException {
    try {
      if (Files.size(file) > LARGEST_JSON) {
        throw bad(
            "%s has %d bytes, which no index or manifest needs.".formatted(what, Files.size(file)));
      }
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new ImageException(
          ImageException.Code.SOURCE, what + " is not JSON: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE, "%s could not be read from %s.".formatted(what, file), e);
    }
  }

  private static ImageException bad(String message) {
    return new ImageException(ImageException.Code.SOURCE, message);
  }
}
