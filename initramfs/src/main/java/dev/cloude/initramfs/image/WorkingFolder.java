package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import dev.cloude.initramfs.tree.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The working folder of an OCI image. A program's own folder is a fresh one with its source in it;
 * the agent links there what the image's working folder holds, so that relative names find it.
 */
final class WorkingFolder {
  /** Where the agent mounts empty file systems over whatever the image has. */
  private static final List<String> HIDDEN = List.of("work", "tmp", "run");

  private static final String INSTEAD = "usr/lib/cloude/working";

  private WorkingFolder() {}

  /**
   * Makes the folder when it is missing, as container engines do, and gives it a second name where
   * the guest could not see the first.
   *
   * @return where programs find what is in it
   */
  static Optional<String> prepare(FileTree tree, Optional<String> folder) throws ImageException {
    if (folder.isEmpty()) {
      return folder;
    }
    String path = TreePath.normalize(folder.get());
    tree.makeDirectory(path, Attributes.root(0755));
    String first = path.substring(0, path.indexOf('/') < 0 ? path.length() : path.indexOf('/'));
    if (!HIDDEN.contains(first)) {
      return folder;
    }
    List<Map.Entry<String, Node>> below = new ArrayList<>();
    tree.entries()
        .subMap(path + "/", path + "0")
        .entrySet()
        .forEach(e -> below.add(Map.entry(e.getKey(), e.getValue())));
    tree.remove(INSTEAD);
    tree.makeDirectory(INSTEAD, Attributes.root(0755));
    for (Map.Entry<String, Node> entry : below) {
      tree.put(INSTEAD + entry.getKey().substring(path.length()), entry.getValue());
    }
    return Optional.of("/" + INSTEAD);
  }
}
