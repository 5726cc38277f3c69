package dev.cloude.initramfs.cpio;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes a tree in the cpio "newc" format. The same tree gives the same bytes: entries are sorted,
 * times are 0, inode numbers count from 1.
 */
public final class CpioWriter {
  /** The name that ends an archive; a file cannot have it. */
  private static final String TRAILER = "TRAILER!!!";

  /** The size field has 8 hexadecimal digits. */
  private static final long LARGEST_FILE = 0xFFFF_FFFFL;

  /** The archive's length is a multiple of this. */
  private static final int BLOCK_BYTES = 512;

  private final CpioArchiveOutputStream out;
  private final Map<Node, Names> files = new IdentityHashMap<>();
  private long inodes;

  /** A regular file's inode and how many of its names are still to come. */
  private static final class Names {
    private long inode;
    private int total;
    private int left;
  }

  private CpioWriter(OutputStream out) {
    this.out = new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW, BLOCK_BYTES, "UTF-8");
  }

  /** Writes a whole archive; the stream is left open. */
  public static void write(FileTree tree, OutputStream target) throws IOException, ImageException {
    CpioWriter writer = new CpioWriter(target);
    for (Node node : tree.entries().values()) {
      if (node instanceof Node.RegularFile) {
        Names names = writer.files.computeIfAbsent(node, unused -> new Names());
        names.total++;
        names.left++;
      }
    }
    for (Map.Entry<String, Node> entry : tree.entries().entrySet()) {
      writer.write(entry.getKey().isEmpty() ? "." : entry.getKey(), entry.getValue());
    }
    writer.out.finish();
  }

  private void write(String path, Node node) throws IOException, ImageException {
    if (path.equals(TRAILER)) {
      throw bad(path, "has the name that ends a cpio archive");
    }
    CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path);
    entry.setUID(node.attributes().uid());
    entry.setGID(node.attributes().gid());
    entry.setTime(0);
    if (node instanceof Node.RegularFile file) {
      writeFile(entry, file);
      return;
    }
    entry.setInode(++inodes);
    byte[] body = {};
    if (node instanceof Node.Directory) {
      entry.setMode(CpioConstants.C_ISDIR | node.attributes().mode());
      entry.setNumberOfLinks(2);
    } else if (node instanceof Node.Symlink link) {
      body = link.target().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      entry.setMode(CpioConstants.C_ISLNK | 0777);
      entry.setNumberOfLinks(1);
      entry.setSize(body.length);
    } else if (node instanceof Node.Special special) {
      entry.setMode(type(special.kind()) | node.attributes().mode());
      entry.setNumberOfLinks(1);
      entry.setRemoteDeviceMaj(special.major());
      entry.setRemoteDeviceMin(special.minor());
    }
    out.putArchiveEntry(entry);
    out.write(body);
    out.closeArchiveEntry();
  }

  /**
   * All names of a file share its inode number; the last one carries the bytes, as GNU cpio writes
   * them and expects them.
   */
  private void writeFile(CpioArchiveEntry entry, Node.RegularFile file)
      throws IOException, ImageException {
    Names names = files.get(file);
    if (names.inode == 0) {
      names.inode = ++inodes;
    }
    names.left--;
    entry.setInode(names.inode);
    entry.setNumberOfLinks(names.total);
    entry.setMode(CpioConstants.C_ISREG | file.attributes().mode());
    long size = names.left == 0 ? file.content().size() : 0;
    if (size > LARGEST_FILE) {
      throw bad(entry.getName(), "has " + size + " bytes, more than the format can hold (4 GiB)");
    }
    entry.setSize(size);
    out.putArchiveEntry(entry);
    if (size > 0) {
      try (InputStream in = file.content().open()) {
        long copied = in.transferTo(out);
        if (copied != size) {
          throw new IOException(
              "\"/%s\" has %d bytes where %d were announced"
                  .formatted(entry.getName(), copied, size));
        }
      }
    }
    out.closeArchiveEntry();
  }

  private static int type(Node.Special.Kind kind) {
    return switch (kind) {
      case CHARACTER -> CpioConstants.C_ISCHR;
      case BLOCK -> CpioConstants.C_ISBLK;
      case PIPE -> CpioConstants.C_ISFIFO;
    };
  }

  private static ImageException bad(String path, String why) {
    return new ImageException(
        ImageException.Code.BAD_TREE, "The file \"/%s\" %s; leave it out.".formatted(path, why));
  }
}
