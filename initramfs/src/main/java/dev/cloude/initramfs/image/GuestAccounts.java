package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The account that programs run under, user and group 10000: many programs and libraries fail for a
 * user without a name (passwd(5), group(5)).
 */
final class GuestAccounts {
  private static final String ID = "10000";
  private static final String NAME = "cloude";

  /** Of fields that are separated by colons: where a user's or a group's number stands. */
  private static final int NUMBER = 2;

  /** Far more than any image has. */
  private static final long LARGEST_FILE = 1 << 20;

  private static final String USERS =
      "root:x:0:0:root:/root:/bin/sh\n"
          + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
  private static final String GROUPS = "root:x:0:\nnogroup:x:65534:\n";

  private GuestAccounts() {}

  /** Adds the account where an image has none with its number; makes the files that are missing. */
  static void addTo(FileTree tree) throws ImageException {
    add(tree, "etc/passwd", USERS, ":x:" + ID + ":" + ID + ":" + NAME + ":/tmp:/bin/sh\n");
    add(tree, "etc/group", GROUPS, ":x:" + ID + ":\n");
  }

  /**
   * @param rest the line that follows the name
   */
  private static void add(FileTree tree, String path, String otherwise, String rest)
      throws ImageException {
    Node present = tree.find(path).orElse(null);
    String text;
    Attributes attributes = Attributes.root(0644);
    if (present == null) {
      text = otherwise;
    } else if (present instanceof Node.RegularFile file && file.content().size() <= LARGEST_FILE) {
      text = read(file, path);
      attributes = file.attributes();
    } else {
      return;
    }
    List<String[]> lines = text.lines().map(line -> line.split(":", -1)).toList();
    if (lines.stream().anyMatch(fields -> fields.length > NUMBER && fields[NUMBER].equals(ID))) {
      return;
    }
    String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
    String added = text + separator + freeName(lines) + rest;
    tree.put(
        path,
        new Node.RegularFile(attributes, Content.of(added.getBytes(StandardCharsets.ISO_8859_1))));
  }

  private static String freeName(List<String[]> lines) {
    Set<String> taken = new HashSet<>();
    lines.forEach(fields -> taken.add(fields[0]));
    return Arrays.asList(NAME, NAME + "-program", NAME + "-" + ID).stream()
        .filter(name -> !taken.contains(name))
        .findFirst()
        .orElse(NAME + "-" + lines.size());
  }

  /** Byte by byte, because nothing says what a name's letters are encoded in. */
  private static String read(Node.RegularFile file, String path) throws ImageException {
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "The image's /%s cannot be read; fetch the image again.".formatted(path),
          e);
    }
  }
}
