package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Folders;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The layout folder that is kept beside an image, with the one image that was fetched into it. A
 * new one is put in its place only when all of it is there.
 */
final class KeptLayout {

  /** Fetches an image into a new layout folder, where blobs that are kept are already. */
  interface Fetch {
    void into(Path layout, String tag) throws ImageException;
  }

  private final WorkFolder work;

  /** Tells what the folder holds: an image under another tag is another image. */
  private final String tag;

  KeptLayout(WorkFolder work, Digest source) {
    this.work = work;
    this.tag = source.algorithm() + "-" + source.hex();
  }

  /**
   * The root filesystem; fetched when it is not at hand, or what is at hand is damaged.
   *
   * @param source digest of what is fetched, for the resolution
   */
  RootTree open(String spec, Digest source, Fetch fetch) throws ImageException {
    if (isThere()) {
      try {
        return read(spec, source);
      } catch (ImageException e) {
        if (e.code() != ImageException.Code.SOURCE) {
          throw e;
        }
        work.progress()
            .accept("what is kept cannot be used and is fetched again: " + e.getMessage());
        clearScratch();
      }
    }
    fetch(fetch);
    return read(spec, source);
  }

  private void clearScratch() throws ImageException {
    try {
      try (Stream<Path> left = Files.list(work.scratch())) {
        for (Path path : left.toList()) {
          Folders.delete(path);
        }
      }
    } catch (IOException e) {
      throw unkept(e);
    }
  }

  private boolean isThere() {
    try {
      new OciLayout(folder()).manifest(Optional.of(tag));
      return true;
    } catch (ImageException absent) {
      return false;
    }
  }

  private Path folder() {
    return work.cached("source.oci");
  }

  private RootTree read(String spec, Digest source) throws ImageException {
    OciLayout layout = new OciLayout(folder());
    Descriptor manifest = layout.manifest(Optional.of(tag));
    Resolution resolution =
        new Resolution(spec, source.toString(), List.of("manifest " + manifest.digest()));
    return OciImage.open(layout, manifest, resolution, work);
  }

  private void fetch(Fetch fetch) throws ImageException {
    Path fresh = work.scratch().resolve("source.oci");
    try {
      reuseBlobs(fresh);
      fetch.into(fresh, tag);
      keepOnly(fresh, reachable(new OciLayout(fresh)));
      Folders.delete(folder());
      Files.move(fresh, folder(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unkept(e);
    }
  }

  private ImageException unkept(IOException e) {
    return new ImageException(
        ImageException.Code.OUTPUT,
        "The fetched image cannot be kept as %s (%s); make room, or choose another --output."
            .formatted(folder(), e.getMessage()),
        e);
  }

  /** Blobs that are kept and sound need not come again: they are linked into the new folder. */
  private void reuseBlobs(Path fresh) throws IOException {
    Path blobs = folder().resolve("blobs/sha256");
    Path target = Files.createDirectories(fresh.resolve("blobs/sha256"));
    if (!Files.isDirectory(blobs)) {
      return;
    }
    try (Stream<Path> kept = Files.list(blobs)) {
      for (Path blob : kept.toList()) {
        String name = blob.getFileName().toString();
        if (Digest.sha256(Files.newInputStream(blob)).hex().equals(name)) {
          Files.createLink(target.resolve(name), blob);
        }
      }
    } catch (UnsupportedOperationException noLinks) {
      Folders.delete(target);
      Files.createDirectories(target);
    }
  }

  private Set<Path> reachable(OciLayout layout) throws ImageException {
    Descriptor manifest = layout.manifest(Optional.of(tag));
    String what = "The manifest " + manifest.digest();
    var document = layout.json(manifest, what);
    Set<Path> files = new HashSet<>();
    files.add(layout.file(manifest.digest()));
    files.add(layout.file(Descriptor.parse(document.path("config"), what).digest()));
    for (Descriptor layer : OciLayout.descriptors(document, "layers", what)) {
      files.add(layout.file(layer.digest()));
    }
    return files;
  }

  private static void keepOnly(Path layout, Set<Path> files) throws IOException {
    try (Stream<Path> blobs = Files.walk(layout.resolve("blobs"))) {
      for (Path blob : blobs.filter(Files::isRegularFile).toList()) {
        if (!files.contains(blob)) {
          Files.delete(blob);
        }
      }
    }
  }
}
