package dev.cloude.initramfs.image;

import dev.cloude.initramfs.cpio.CpioWriter;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.tree.FileTree;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Writes a tree as an image. The same tree gives the same bytes. What Java's library lacks, the
 * programs of the formats' own projects do; every one is in Debian.
 */
final class ImageWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  /** Each of them is allowed to be missing as long as nobody asks for what it does. */
  private static final String LZ4 = "lz4";

  private static final String ZSTD = "zstd";
  private static final String MKFS = "mkfs.erofs";
  private static final String CPIO = "cpio";
  private static final String FAKEROOT = "fakeroot";

  /** The kernel reads lz4's old frame format only. */
  private static final List<String> LZ4_OPTIONS = List.of("-q", "-l", "-9", "-c");

  /** The most that is still done at the speed of a build; unpacking takes the same time for all. */
  private static final List<String> ZSTD_OPTIONS = List.of("-q", "-9", "--single-thread", "-c");

  /** Times are the tree's, 0; nobody looks a guest's disk up by its identity. */
  private static final String ERASED = "-T0 -U c10de000-0000-4000-8000-000000000000";

  /**
   * $1 the archive, $2 an empty folder, $3 the disk. One shell, so that fakeroot knows in mkfs the
   * owners that cpio has given.
   */
  private static final String UNPACK_AND_FORMAT =
      "set -e; "
          + CPIO
          + " -idmD \"$2\" --quiet --no-absolute-filenames <\"$1\"; exec "
          + MKFS
          + " --quiet -zlz4hc "
          + ERASED
          + " \"$3\" \"$2\"";

  private final Path scratch;

  /**
   * @param scratch an empty folder on the output's file system
   */
  ImageWriter(Path scratch) {
    this.scratch = scratch;
  }

  /**
   * A finished file.
   *
   * @param file in the scratch folder
   * @param unpackedBytes what the kernel makes of it
   */
  record Written(Path file, long unpackedBytes) {}

  /**
   * @param name of the image file
   */
  Written write(FileTree tree, Compression compression, String name)
      throws IOException, ImageException {
    Path file = scratch.resolve(name);
    Path archive = compression == Compression.NONE ? file : scratch.resolve("archive");
    try (OutputStream out = buffered(archive)) {
      CpioWriter.write(tree, out);
    }
    long unpacked = Files.size(archive);
    switch (compression) {
      case NONE -> {}
      case GZIP -> gzip(archive, file);
      case LZ4 -> filter(LZ4, LZ4_OPTIONS, archive, file);
      case ZSTD -> filter(ZSTD, ZSTD_OPTIONS, archive, file);
      case EROFS -> disk(archive, file);
    }
    return new Written(file, unpacked);
  }

  private static void gzip(Path archive, Path file) throws IOException {
    GzipParameters parameters = new GzipParameters();
    parameters.setModificationTime(0);
    try (OutputStream out = new GzipCompressorOutputStream(buffered(file), parameters)) {
      Files.copy(archive, out);
    }
  }

  private static void filter(String program, List<String> options, Path archive, Path file)
      throws ImageException {
    List<String> words = new ArrayList<>();
    words.add(program(program, program));
    words.addAll(options);
    new Command(words).from(archive).to(file).run("compress the image " + file.getFileName());
  }

  private void disk(Path archive, Path file) throws IOException, ImageException {
    program(CPIO, CPIO);
    program(MKFS, "erofs-utils");
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    List<String> words = new ArrayList<>();
    if (!isRoot()) {
      words.add(program(FAKEROOT, FAKEROOT));
    }
    words.addAll(List.of("/bin/sh", "-c", UNPACK_AND_FORMAT, "sh"));
    words.addAll(List.of(archive.toString(), tree.toString(), file.toString()));
    new Command(words).run("make the disk " + file.getFileName());
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static String program(String name, String debianPackage) throws ImageException {
    return Command.find(name)
        .map(Path::toString)
        .orElseThrow(
            () ->
                new ImageException(
                    ImageException.Code.TOOL_MISSING,
                    "%s, which writes this kind of image, is not installed; run \"apt-get install %s\", or use another --compression."
                        .formatted(name, debianPackage)));
  }

  private static OutputStream buffered(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
  }
}
