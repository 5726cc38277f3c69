package dev.cloude.initramfs.source.debian;

import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Debian archives that a host installs from, so that images come from the same mirrors. Only
 * the distribution's own archives count: component {@code main}, and signed by the distribution's
 * keys where a keyring is named.
 */
final class AptSources {
  private static final List<String> POCKETS = List.of("", "-updates", "-security", "/updates");

  private final Path etc;

  /**
   * @param etc the host's {@code /etc}
   */
  AptSources(Path etc) {
    this.etc = etc;
  }

  /** Code name of the host's release, if the host runs Debian. */
  Optional<String> hostSuite() throws ImageException {
    Path file = etc.resolve("os-release");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    String id = "";
    String codename = "";
    for (String line : read(file)) {
      String value = line.substring(line.indexOf('=') + 1).replaceAll("[\"']", "").strip();
      if (line.startsWith("ID=")) {
        id = value;
      } else if (line.startsWith("VERSION_CODENAME=")) {
        codename = value;
      }
    }
    return id.equals("debian") && !codename.isEmpty() ? Optional.of(codename) : Optional.empty();
  }

  /**
   * Lines for sources.list that serve a release from the host's own mirrors; none when the host
   * does not run Debian. A mirror of one release holds the others too.
   */
  List<String> linesFor(String suite) throws ImageException {
    Optional<String> host = hostSuite();
    if (host.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (AptSource source : all()) {
      for (String pocket : POCKETS) {
        boolean official = source.signedBy().map(key -> key.contains("debian")).orElse(true);
        if (official && source.suite().equals(host.get() + pocket)) {
          lines.add(source.line(suite + pocket));
        }
      }
    }
    return lines.stream().distinct().toList();
  }

  private List<AptSource> all() throws ImageException {
    List<AptSource> sources = new ArrayList<>();
    for (Path file : files()) {
      if (file.toString().endsWith(".sources")) {
        sources.addAll(deb822(read(file)));
      } else {
        for (String line : read(file)) {
          oneLine(line).ifPresent(sources::add);
        }
      }
    }
    return sources;
  }

  private List<Path> files() throws ImageException {
    TreeSet<Path> files = new TreeSet<>();
    Path folder = etc.resolve("apt/sources.list.d");
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.{list,sources}")) {
        entries.forEach(files::add);
      } catch (IOException e) {
        throw unreadable(folder, e);
      }
    }
    List<Path> all = new ArrayList<>();
    if (Files.isRegularFile(etc.resolve("apt/sources.list"))) {
      all.add(etc.resolve("apt/sources.list"));
    }
    all.addAll(files);
    return all;
  }

  /** {@code deb [signed-by=FILE arch=amd64] URI SUITE COMPONENT…}. */
  private static Optional<AptSource> oneLine(String line) {
    String text = line.replaceFirst("#.*", "").strip();
    Optional<String> signedBy = Optional.empty();
    if (text.matches("deb\\s+\\[.*\\].*")) {
      String options = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
      signedBy =
          Arrays.stream(options.strip().split("\\s+"))
              .filter(option -> option.startsWith("signed-by="))
              .map(option -> option.substring("signed-by=".length()))
              .findFirst();
      text = "deb " + text.substring(text.indexOf(']') + 1);
    }
    List<String> words = List.of(text.split("\\s+"));
    if (words.size() < 4 || !words.get(0).equals("deb") || !isRemote(words.get(1))) {
      return Optional.empty();
    }
    return words.subList(3, words.size()).contains("main")
        ? Optional.of(new AptSource(words.get(1), words.get(2), signedBy))
        : Optional.empty();
  }

  private static List<AptSource> deb822(List<String> lines) {
    List<AptSource> sources = new ArrayList<>();
    Map<String, String> stanza = new TreeMap<>();
    String field = "";
    List<String> all = new ArrayList<>(lines);
    all.add("");
    for (String line : all) {
      if (line.isBlank()) {
        sources.addAll(stanzaSources(stanza));
        stanza.clear();
      } else if (line.startsWith("#")) {
        continue;
      } else if (Character.isWhitespace(line.charAt(0))) {
        stanza.merge(field, line.strip(), (a, b) -> a + " " + b);
      } else if (line.indexOf(':') > 0) {
        field = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
        stanza.put(field, line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return sources;
  }

  private static List<AptSource> stanzaSources(Map<String, String> stanza) {
    List<AptSource> sources = new ArrayList<>();
    boolean enabled = !stanza.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
    String key = stanza.getOrDefault("signed-by", "");
    // A key written out in the stanza is a third party's, or at least none that can be passed on.
    boolean usableKey = key.isEmpty() || key.startsWith("/");
    if (!enabled
        || !usableKey
        || !words(stanza, "types").contains("deb")
        || !words(stanza, "components").contains("main")) {
      return sources;
    }
    for (String uri : words(stanza, "uris")) {
      for (String suite : words(stanza, "suites")) {
        if (isRemote(uri)) {
          sources.add(
              new AptSource(uri, suite, key.isEmpty() ? Optional.empty() : Optional.of(key)));
        }
      }
    }
    return sources;
  }

  private static List<String> words(Map<String, String> stanza, String field) {
    return List.of(stanza.getOrDefault(field, "").strip().split("\\s+"));
  }

  private static boolean isRemote(String uri) {
    return uri.matches("(https?|file|copy|mirror\\+https?|tor\\+https?)://?.*");
  }

  private static List<String> read(Path file) throws ImageException {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ImageException unreadable(Path file, IOException e) {
    return new ImageException(
        ImageException.Code.SOURCE,
        "%s cannot be read (%s); make it readable, or give --mirror."
            .formatted(file, e.getMessage()),
        e);
  }
}
