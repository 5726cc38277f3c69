package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Adds to what skopeo said, in the words of its libraries, what to do about it. */
final class SkopeoFailure {
  private static final String LOG_IN =
      "Log in (\"skopeo login HOST\"), or name the credentials (config.json) with --auth-file.";

  /** The first of these that is in skopeo's last lines decides. */
  private static final Map<String, String> ADVICE = new LinkedHashMap<>();

  static {
    ADVICE.put("no progress for", "The registry has stopped sending; try again.");
    ADVICE.put(
        "manifest unknown",
        "The registry has no such tag or digest; correct base_image in the catalogue.");
    ADVICE.put(
        "repository name not known", "The registry has no such repository; correct base_image.");
    ADVICE.put(
        "no image found in image index", "The image is not made for linux/amd64; use one that is.");
    ADVICE.put(
        "no image found in manifest list",
        "The image is not made for linux/amd64; use one that is.");
    ADVICE.put(
        "digest did not match",
        "What the registry sent is not what its digest says; do not use this registry.");
    ADVICE.put(
        "does not match provided manifest digest",
        "What the registry sent is not what its digest says; do not use this registry.");
    ADVICE.put("unauthorized", LOG_IN);
    ADVICE.put("authentication required", LOG_IN);
    ADVICE.put("denied", LOG_IN);
    ADVICE.put(
        "x509:",
        "Put the registry's certificate authority (*.crt) into /etc/containers/certs.d/HOST:PORT,"
            + " or name its folder with --cert-dir.");
    ADVICE.put(
        "http response to https client",
        "The registry speaks no TLS, which is accepted of this host's own only; set insecure ="
            + " true for it in registries.conf if you trust the network.");
    ADVICE.put(
        "error fetching blob: invalid status code from registry 404",
        "The registry has lost a part of the image; push it there again.");
    ADVICE.put("blob unknown", "The registry has lost a part of the image; push it there again.");
    String network = "Check the network and the proxy, or name a mirror with --registries-conf.";
    ADVICE.put("connection refused", network);
    ADVICE.put("no such host", network);
    ADVICE.put("timeout", network);
    ADVICE.put("unexpected eof", network);
    ADVICE.put("connection reset", network);
  }

  /** A line that breaks: another try may get through. */
  private static final List<String> BROKEN_LINE = List.of("unexpected eof", "connection reset");

  private SkopeoFailure() {}

  static boolean isBrokenLine(ImageException e) {
    String said = e.getMessage().toLowerCase(Locale.ROOT);
    return BROKEN_LINE.stream().anyMatch(said::contains);
  }

  /**
   * @param credentials why there are none, as sentences
   */
  static ImageException explained(ImageException e, String source, List<String> credentials) {
    String said = e.getMessage().toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> known : ADVICE.entrySet()) {
      if (said.contains(known.getKey())) {
        List<String> advice =
            known.getValue().equals(LOG_IN) && !credentials.isEmpty()
                ? credentials
                : List.of(known.getValue());
        return new ImageException(e.code(), e.getMessage() + " " + String.join(" ", advice), e);
      }
    }
    return new ImageException(
        e.code(), e.getMessage() + " Check that " + source + " can be read.", e);
  }
}
