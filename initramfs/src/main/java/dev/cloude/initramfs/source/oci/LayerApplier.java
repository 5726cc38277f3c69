package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tar.TarLayer;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.TreePath;

/**
 * Puts one layer over a tree (layer.md, "Applying Changesets"). Whiteouts concern the layers below
 * only, wherever they stand in the archive; so all of them are applied first.
 */
final class LayerApplier {
  private static final String WHITEOUT = ".wh.";

  /** Removes what lower layers have in its directory. */
  private static final String OPAQUE = ".wh..wh..opq";

  /** Other names that begin so are AUFS's own bookkeeping and mean nothing. */
  private static final String AUFS = ".wh..wh.";

  private LayerApplier() {}

  static void apply(TarLayer layer, FileTree tree) throws ImageException {
    for (String path : layer.names()) {
      String name = TreePath.name(path);
      String parent = TreePath.parent(path);
      if (name.equals(OPAQUE)) {
        if (tree.isDirectory(parent)) {
          tree.removeChildren(parent);
        }
      } else if (name.startsWith(WHITEOUT) && !name.startsWith(AUFS)) {
        remove(tree, parent, name.substring(WHITEOUT.length()), path);
      }
    }
    layer.addTo(tree, path -> TreePath.name(path).startsWith(WHITEOUT));
  }

  private static void remove(FileTree tree, String parent, String name, String whiteout)
      throws ImageException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new ImageException(
          ImageException.Code.BAD_TREE,
          "The whiteout \"%s\" names no file; the image is damaged or hostile."
              .formatted(whiteout));
    }
    tree.remove(TreePath.join(parent, name));
  }
}
