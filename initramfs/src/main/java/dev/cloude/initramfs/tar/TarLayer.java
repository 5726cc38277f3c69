package dev.cloude.initramfs.tar;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import dev.cloude.initramfs.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * An uncompressed tar archive whose files can be read in any order. The contents of a tree that was
 * filled from it can be read until it is closed.
 */
public final class TarLayer implements AutoCloseable {
  private final Path file;
  private final TarFile tar;

  /** Opens an archive and reads its table of contents. */
  public TarLayer(Path file) throws ImageException {
    this.file = file;
    try {
      this.tar = new TarFile(file.toFile(), "UTF-8");
    } catch (IOException | IllegalArgumentException e) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "The archive %s is not a readable tar archive (%s); fetch it again."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** The names of all entries, cleaned, in the archive's order. */
  public List<String> names() throws ImageException {
    List<String> names = new java.util.ArrayList<>();
    for (TarArchiveEntry entry : tar.getEntries()) {
      names.add(TreePath.normalize(entry.getName()));
    }
    return names;
  }

  /**
   * Puts every entry into a tree, over what is there.
   *
   * @param skip which cleaned names to leave out
   */
  public void addTo(FileTree tree, Predicate<String> skip) throws ImageException {
    for (TarArchiveEntry entry : tar.getEntries()) {
      String path = TreePath.normalize(entry.getName());
      if (skip.test(path)) {
        continue;
      }
      if (entry.isLink()) {
        tree.link(path, TreePath.normalize(entry.getLinkName()));
      } else {
        tree.put(path, node(entry));
      }
    }
  }

  private Node node(TarArchiveEntry entry) throws ImageException {
    Attributes attributes = attributes(entry);
    if (entry.isDirectory()) {
      return new Node.Directory(attributes);
    }
    if (entry.isSymbolicLink()) {
      return new Node.Symlink(attributes, entry.getLinkName());
    }
    if (entry.isCharacterDevice()) {
      return special(entry, attributes, Node.Special.Kind.CHARACTER);
    }
    if (entry.isBlockDevice()) {
      return special(entry, attributes, Node.Special.Kind.BLOCK);
    }
    if (entry.isFIFO()) {
      return new Node.Special(attributes, Node.Special.Kind.PIPE, 0, 0);
    }
    if (entry.isFile()) {
      return new Node.RegularFile(attributes, new EntryContent(entry));
    }
    throw bad(entry, "is of a kind that a root filesystem cannot have");
  }

  private Attributes attributes(TarArchiveEntry entry) throws ImageException {
    try {
      return new Attributes(entry.getMode() & 07777, entry.getLongUserId(), entry.getLongGroupId());
    } catch (IllegalArgumentException e) {
      throw bad(entry, "has the impossible " + e.getMessage());
    }
  }

  private static Node special(
      TarArchiveEntry entry, Attributes attributes, Node.Special.Kind kind) {
    return new Node.Special(attributes, kind, entry.getDevMajor(), entry.getDevMinor());
  }

  private ImageException bad(TarArchiveEntry entry, String why) {
    return new ImageException(
        ImageException.Code.BAD_TREE,
        "The entry \"%s\" of the archive %s %s; use another image."
            .formatted(entry.getName(), file, why));
  }

  @Override
  public void close() throws ImageException {
    try {
      tar.close();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE, "The archive " + file + " could not be closed.", e);
    }
  }

  private final class EntryContent implements Content {
    private final TarArchiveEntry entry;

    EntryContent(TarArchiveEntry entry) {
      this.entry = entry;
    }

    @Override
    public long size() {
      return entry.getRealSize();
    }

    @Override
    public InputStream open() throws IOException {
      return tar.getInputStream(entry);
    }
  }
}
