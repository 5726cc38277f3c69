package dev.cloude.initramfs.tree;

import dev.cloude.initramfs.error.ImageException;
import java.util.ArrayList;
import java.util.List;

/**
 * Paths inside a tree: components joined by {@code /}, without a leading one; the root is the empty
 * text.
 */
public final class TreePath {
  private TreePath() {}

  /**
   * Cleans the name of an archive entry: {@code ./usr//bin/} becomes {@code usr/bin}.
   *
   * @throws ImageException when the name would leave the tree or cannot be a file name
   */
  public static String normalize(String name) throws ImageException {
    List<String> clean = new ArrayList<>();
    for (String component : split(name)) {
      if (component.equals("..")) {
        throw bad(name, "leaves the root filesystem by \"..\"");
      }
      if (component.indexOf('\0') >= 0) {
        throw bad(name, "contains a NUL character");
      }
      if (component.indexOf('\uFFFD') >= 0) {
        throw bad(name, "is not UTF-8");
      }
      if (!component.equals(".")) {
        clean.add(component);
      }
    }
    return String.join("/", clean);
  }

  /** Everything before the last component. */
  public static String parent(String path) {
    return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
  }

  /** The last component. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A path below another, which may be the root. */
  public static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  static List<String> split(String path) {
    List<String> components = new ArrayList<>();
    for (String component : path.split("/", -1)) {
      if (!component.isEmpty()) {
        components.add(component);
      }
    }
    return components;
  }

  private static ImageException bad(String name, String why) {
    return new ImageException(
        ImageException.Code.BAD_TREE,
        "The archive entry \""
            + name.replaceAll("\\p{Cntrl}", "?")
            + "\" "
            + why
            + "; the image is damaged or hostile, use another one.");
  }
}
