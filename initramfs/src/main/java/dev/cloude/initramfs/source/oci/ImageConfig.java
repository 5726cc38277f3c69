package dev.cloude.initramfs.source.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.ProgramDefaults;
import dev.cloude.initramfs.tree.TreePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of an image's configuration (config.md) concerns guests. Its user, entry point and command
 * do not: who runs what is the catalogue's to say.
 *
 * @param diffIds digests of the uncompressed layers, lowest first
 */
record ImageConfig(List<Digest> diffIds, ProgramDefaults defaults) {

  /** Reads the configuration that a manifest names; also checks that it is for our guests. */
  static ImageConfig read(OciLayout layout, JsonNode manifest, String what) throws ImageException {
    Descriptor descriptor = Descriptor.parse(manifest.path("config"), what);
    String name = "The configuration " + descriptor.digest();
    JsonNode config = layout.json(descriptor, name);
    String platform = config.path("os").asText() + "/" + config.path("architecture").asText();
    if (!platform.equals(OciLayout.PLATFORM)) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "The image is made for %s, but guests are %s; use an image that is made for it."
              .formatted(platform, OciLayout.PLATFORM));
    }
    List<Digest> digests = new ArrayList<>();
    for (JsonNode diff : config.path("rootfs").path("diff_ids")) {
      digests.add(Digest.parse(diff.asText(), name));
    }
    JsonNode program = config.path("config");
    return new ImageConfig(
        digests, new ProgramDefaults(env(program, name), workingDir(program, name)));
  }

  private static Map<String, String> env(JsonNode program, String where) throws ImageException {
    Map<String, String> env = new LinkedHashMap<>();
    for (JsonNode variable : program.path("Env")) {
      String text = variable.asText();
      int equals = text.indexOf('=');
      if (equals <= 0 || text.indexOf('\0') >= 0) {
        throw bad(where, "has the variable \"%s\", which is not NAME=VALUE".formatted(text));
      }
      env.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return env;
  }

  private static Optional<String> workingDir(JsonNode program, String where) throws ImageException {
    String folder = program.path("WorkingDir").asText("");
    if (!folder.isEmpty() && !folder.startsWith("/")) {
      throw bad(where, "has the working folder \"%s\", which is not absolute".formatted(folder));
    }
    String clean = TreePath.normalize(folder);
    return clean.isEmpty() ? Optional.empty() : Optional.of("/" + clean);
  }

  private static ImageException bad(String where, String what) {
    return new ImageException(
        ImageException.Code.SOURCE, where + " " + what + "; have the image made again.");
  }
}
