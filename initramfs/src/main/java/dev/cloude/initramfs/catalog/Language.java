package dev.cloude.initramfs.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One language of the catalogue, with every default filled in.
 *
 * @param name lower-case key, for example {@code cpp}
 * @param version of the language; part of the image's file name
 * @param aliases other names, lower-case
 * @param source where the root filesystem comes from
 * @param imageName name of the entry that owns the image; the own name unless the image is shared
 * @param imageVersion version of that entry
 * @param exclude patterns of what this image leaves out, besides the builder's own rules
 * @param file name of the file in the work folder that gets the source text
 * @param compile command that is run first, in the work folder; empty when nothing is compiled
 * @param run command that runs the program, in the work folder
 * @param env environment for both commands, in the catalogue's order
 * @param memoryMib least memory of a guest that can compile and run a program, in MiB, without what
 *     the image takes where it is in memory; empty when the server's default is enough
 * @param limits what a job gets that does not ask for it, instead of the node's own defaults, by
 *     the names of the API's limits; never more than the node allows
 * @param root whether the program runs as root inside its guest
 */
public record Language(
    String name,
    String version,
    List<String> aliases,
    ImageSource source,
    String imageName,
    String imageVersion,
    List<String> exclude,
    String file,
    Optional<List<String>> compile,
    List<String> run,
    Map<String, String> env,
    OptionalInt memoryMib,
    Map<String, Long> limits,
    boolean root) {

  /** What an archive's file name can end in; the first is the default. */
  private static final List<String> ARCHIVES =
      List.of(".cpio", ".cpio.lz4", ".cpio.zst", ".cpio.gz");

  private static final String DISK = ".erofs";

  public Language {
    aliases = List.copyOf(aliases);
    exclude = List.copyOf(exclude);
    compile = compile.map(List::copyOf);
    run = List.copyOf(run);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    limits = Map.copyOf(limits);
  }

  /** {@code name-version} of the image, without an ending. */
  public String imageBaseName() {
    return imageName + "-" + imageVersion;
  }

  /**
   * This language's archive in a folder: the one that exists, or where the uncompressed one would
   * be. An image without its {@code .meta} file is not finished and is not chosen before one that
   * is.
   *
   * @param directory as in {@code VM_INITRAMFS_DIR}
   */
  public Path imageFile(Path directory) {
    Path plain = directory.resolve(imageBaseName() + ARCHIVES.get(0));
    for (String ending : ARCHIVES) {
      Path candidate = directory.resolve(imageBaseName() + ending);
      if (isFinished(candidate)) {
        return candidate;
      }
    }
    return plain;
  }

  /**
   * This language's image in a folder as a disk; there or not.
   *
   * @param directory as in {@code VM_INITRAMFS_DIR}
   */
  public Path diskFile(Path directory) {
    return directory.resolve(imageBaseName() + DISK);
  }

  /** The archive in a folder that starts guests from disks, whatever their language. */
  public static Path startArchive(Path directory) {
    return directory.resolve("start.cpio");
  }

  /** Whether an image is there, whole. */
  public static boolean isFinished(Path image) {
    return Files.isRegularFile(image) && Files.isRegularFile(metaFile(image));
  }

  /** The file beside an image that says what it was made of; written after the image. */
  public static Path metaFile(Path image) {
    return image.resolveSibling(image.getFileName() + ".meta");
  }

  /**
   * The files of which one is there when the last build of one of this language's images failed:
   * JSON with {@code at} and {@code message}.
   *
   * @param directory as in {@code VM_INITRAMFS_DIR}
   */
  public List<Path> failureFiles(Path directory) {
    return Stream.concat(ARCHIVES.stream(), Stream.of(DISK))
        .map(ending -> failureFile(directory.resolve(imageBaseName() + ending)))
        .toList();
  }

  /** The file that is there when the last build of an image failed. */
  public static Path failureFile(Path image) {
    return image.resolveSibling("." + image.getFileName() + ".failed");
  }
}
