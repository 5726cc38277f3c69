package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image in a registry, {@code [docker://][HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]},
 * with what Docker has made customary filled in: no host is Docker Hub, one word there is in {@code
 * library}, no tag is {@code latest}. A digest decides; a tag beside it is for people.
 *
 * @param registry host, with the port if one was given
 * @param repository path in the registry
 * @param tag as given, or {@code latest}
 * @param digest of the manifest or the index, if it was given
 */
record ImageReference(String registry, String repository, String tag, Optional<Digest> digest) {
  private static final String TRANSPORT = "docker://";
  private static final String HUB = "docker.io";

  /** Distribution specification, "Pulling manifests"; hosts as in RFC 3986. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<host>localhost(?::\\d{1,5})?|[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+(?::\\d{1,5})?"
              + "|[A-Za-z0-9-]+:\\d{1,5}|\\[[0-9A-Fa-f:]+](?::\\d{1,5})?)/)?"
              + "(?<path>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
              + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
              + "(?:@(?<digest>[a-z0-9]+:[0-9a-f]+))?");

  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

  static ImageReference parse(String text) throws ImageException {
    String name = text.startsWith(TRANSPORT) ? text.substring(TRANSPORT.length()) : text;
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          ("\"%s\" is not the name of an image; use HOST/REPOSITORY:TAG, HOST/REPOSITORY@sha256:…,"
                  + " python:3.11-alpine for Docker Hub, or oci:DIR:TAG, docker-archive:FILE or"
                  + " oci-archive:FILE.")
              .formatted(text));
    }
    String host = form.group("host");
    String path = form.group("path");
    boolean hub = host == null || host.equals(HUB) || host.equals("index." + HUB);
    String tag = form.group("tag");
    return new ImageReference(
        hub ? HUB : host.toLowerCase(Locale.ROOT),
        hub && path.indexOf('/') < 0 ? "library/" + path : path,
        tag == null ? "latest" : tag,
        form.group("digest") == null
            ? Optional.empty()
            : Optional.of(Digest.parse(form.group("digest"), "The reference " + text)));
  }

  /** The image as skopeo is told of it. */
  String address() {
    return digest.map(this::addressOf).orElse(TRANSPORT + registry + "/" + repository + ":" + tag);
  }

  /** What the same repository has under a digest. */
  String addressOf(Digest manifest) {
    return TRANSPORT + registry + "/" + repository + "@" + manifest;
  }

  /** Whether the registry is on this host, where nobody listens in. */
  boolean isLoopback() {
    return LOOPBACK.matcher(registry).matches();
  }
}
