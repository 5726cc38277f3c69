package dev.cloude.initramfs.tree;

import dev.cloude.initramfs.error.ImageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * A root filesystem, path by path, in sorted order, so that a directory comes before what is in it.
 *
 * <p>Symbolic links in the middle of a path are followed as the guest would follow them: absolute
 * targets and {@code ..} stay inside the tree. Nothing here touches the host's file system.
 */
public final class FileTree {
  /** As in Linux, path_resolution(7). */
  private static final int MOST_LINKS = 40;

  private final TreeMap<String, Node> nodes = new TreeMap<>();

  /** A tree with an empty root directory. */
  public FileTree() {
    nodes.put("", new Node.Directory(Attributes.root(0755)));
  }

  /** All paths with what is there, sorted; the root is the empty path. A live view. */
  public SortedMap<String, Node> entries() {
    return Collections.unmodifiableSortedMap(nodes);
  }

  /** What is at a path; a link in its last component is not followed. */
  public Optional<Node> find(String path) throws ImageException {
    return Optional.ofNullable(nodes.get(resolve(path, false)));
  }

  /** Whether a path leads to a directory, following links. */
  public boolean isDirectory(String path) throws ImageException {
    return nodes.get(resolve(path, true)) instanceof Node.Directory;
  }

  /**
   * Puts a node at a path, with the parents that are missing. A directory over a directory changes
   * its attributes; anything else replaces what was there with all that was below.
   */
  public void put(String path, Node node) throws ImageException {
    String place = resolve(path, false);
    if (place.isEmpty() && !(node instanceof Node.Directory)) {
      throw bad("The root of the image is not a directory; use another image.");
    }
    makeDirectories(TreePath.parent(place));
    if (!(node instanceof Node.Directory && nodes.get(place) instanceof Node.Directory)) {
      below(place).clear();
    }
    nodes.put(place, node);
  }

  /** Gives the file at {@code target} another name. */
  public void link(String path, String target) throws ImageException {
    Node node = nodes.get(resolve(target, false));
    if (node == null || node instanceof Node.Directory) {
      throw bad(
          "The hard link \"%s\" points to \"%s\", which is %s; the image is damaged, fetch it again."
              .formatted(path, target, node == null ? "not there" : "a directory"));
    }
    if (!resolve(path, false).equals(resolve(target, false))) {
      put(path, node);
    }
  }

  /** Makes sure that a directory is there; an existing one, also behind a link, stays as it is. */
  public void makeDirectory(String path, Attributes attributes) throws ImageException {
    if (!isDirectory(path)) {
      put(path, new Node.Directory(attributes));
    }
  }

  /** Removes a path with all below it; nothing happens when it is not there. */
  public void remove(String path) throws ImageException {
    String place = resolve(path, false);
    if (!place.isEmpty()) {
      below(place).clear();
      nodes.remove(place);
    }
  }

  /** Removes all that is in a directory. */
  public void removeChildren(String path) throws ImageException {
    below(resolve(path, true)).clear();
  }

  /** Removes every path that the filter names. What is below a removed directory goes with it. */
  public void removeIf(BiPredicate<String, Node> filter) {
    List<String> doomed = new ArrayList<>();
    nodes.forEach(
        (path, node) -> {
          if (!path.isEmpty() && filter.test(path, node)) {
            doomed.add(path);
          }
        });
    for (String path : doomed) {
      below(path).clear();
      nodes.remove(path);
    }
  }

  private void makeDirectories(String path) throws ImageException {
    Node present = nodes.get(path);
    if (present instanceof Node.Directory) {
      return;
    }
    if (present != null) {
      throw bad(
          "\"/%s\" is not a directory, yet the image has files below it; the image is damaged."
              .formatted(path));
    }
    makeDirectories(TreePath.parent(path));
    nodes.put(path, new Node.Directory(Attributes.root(0755)));
  }

  private SortedMap<String, Node> below(String path) {
    // '0' is the character after '/': the range holds all that begins with path + "/".
    return path.isEmpty() ? nodes.tailMap("", false) : nodes.subMap(path + "/", path + "0");
  }

  private String resolve(String path, boolean followLast) throws ImageException {
    Deque<String> todo = new ArrayDeque<>(TreePath.split(path));
    List<String> done = new ArrayList<>();
    int links = 0;
    while (!todo.isEmpty()) {
      String component = todo.pop();
      if (component.equals("..")) {
        if (!done.isEmpty()) {
          done.remove(done.size() - 1);
        }
        continue;
      }
      if (component.equals(".")) {
        continue;
      }
      done.add(component);
      Node node = nodes.get(String.join("/", done));
      if (node instanceof Node.Symlink link && (followLast || !todo.isEmpty())) {
        if (++links > MOST_LINKS) {
          throw bad(
              "\"/%s\" leads through more than %d symbolic links; the image is damaged or hostile."
                  .formatted(path, MOST_LINKS));
        }
        done.remove(done.size() - 1);
        if (link.target().startsWith("/")) {
          done.clear();
        }
        List<String> target = TreePath.split(link.target());
        Collections.reverse(target);
        target.forEach(todo::push);
      }
    }
    return String.join("/", done);
  }

  private static ImageException bad(String message) {
    return new ImageException(ImageException.Code.BAD_TREE, message);
  }
}
