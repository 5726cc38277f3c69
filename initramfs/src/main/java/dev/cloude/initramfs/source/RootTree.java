package dev.cloude.initramfs.source;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tar.TarLayer;
import dev.cloude.initramfs.tree.FileTree;
import java.util.List;

/**
 * A root filesystem as its source gives it, and the archives that hold its contents; those are
 * closed with it.
 */
public final class RootTree implements AutoCloseable {
  private final FileTree tree;
  private final Resolution resolution;
  private final ProgramDefaults defaults;
  private final List<TarLayer> layers;

  /** A tree whose source says nothing about how programs run in it. */
  public RootTree(FileTree tree, Resolution resolution, List<TarLayer> layers) {
    this(tree, resolution, ProgramDefaults.NONE, layers);
  }

  public RootTree(
      FileTree tree, Resolution resolution, ProgramDefaults defaults, List<TarLayer> layers) {
    this.tree = tree;
    this.resolution = resolution;
    this.defaults = defaults;
    this.layers = List.copyOf(layers);
  }

  public FileTree tree() {
    return tree;
  }

  /** What this tree was made of. */
  public Resolution resolution() {
    return resolution;
  }

  /** What the source says about how programs run. */
  public ProgramDefaults defaults() {
    return defaults;
  }

  /** Closes archives, in reverse order; the first failure is thrown, others are attached to it. */
  @Override
  public void close() throws ImageException {
    closeAll(layers);
  }

  /** As {@link #close}, for archives that did not make it into a tree. */
  public static void closeAll(List<TarLayer> layers) throws ImageException {
    ImageException first = null;
    for (int i = layers.size() - 1; i >= 0; i--) {
      try {
        layers.get(i).close();
      } catch (ImageException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
