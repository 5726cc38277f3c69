package dev.cloude.initramfs.image;

import dev.cloude.initramfs.source.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tells people how an image's inputs differ from those of the image before it. */
public final class Changes {
  /** How many things a list names. */
  private static final int MOST_NAMED = 8;

  private Changes() {}

  /** Names of inputs, and what is new, gone or of another version in the source. */
  static List<String> since(
      Optional<ImageMeta> before, ImageInputs inputs, Optional<Resolution> source) {
    if (before.isEmpty()) {
      return List.of("first build");
    }
    List<String> changes =
        new ArrayList<>(new ImageInputs(before.get().inputs()).differences(inputs));
    source.ifPresent(now -> changes.addAll(contents(before.get().source(), now)));
    return changes;
  }

  /** A list in one line, which does not get too long. */
  public static String text(List<String> changes) {
    String named = String.join(", ", changes.subList(0, Math.min(MOST_NAMED, changes.size())));
    int more = changes.size() - MOST_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  private static List<String> contents(Resolution before, Resolution now) {
    Map<String, String> old = byName(before.contents());
    Map<String, String> fresh = byName(now.contents());
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(fresh.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String was = old.get(name);
      String is = fresh.get(name);
      if (was == null) {
        changes.add("new: " + name + " " + is);
      } else if (is == null) {
        changes.add("gone: " + name + " " + was);
      } else if (!was.equals(is)) {
        changes.add(name + " " + was + " -> " + is);
      }
    }
    return changes;
  }

  /** {@code zlib1g 1:1.2 amd64} is the package zlib1g in the version {@code 1:1.2 amd64}. */
  private static Map<String, String> byName(List<String> contents) {
    Map<String, String> versions = new TreeMap<>();
    for (String line : contents) {
      String[] words = line.split(" ", 2);
      versions.put(words[0], words.length > 1 ? words[1] : "");
    }
    return versions;
  }
}
