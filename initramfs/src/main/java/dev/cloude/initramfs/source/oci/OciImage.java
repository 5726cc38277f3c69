package dev.cloude.initramfs.source.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tar.TarLayer;
import dev.cloude.initramfs.tree.FileTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image in an OCI layout folder that somebody else keeps. */
public final class OciImage implements RootSource {
  private final OciReference reference;
  private final WorkFolder work;

  /**
   * @param reference {@code oci:DIR[:TAG]}
   * @param base what a relative DIR is relative to
   */
  public OciImage(String reference, Path base, WorkFolder work) {
    this.reference = OciReference.parse(reference, base);
    this.work = work;
  }

  /** Whether a catalogue's {@code base_image} means a layout folder. */
  public static boolean accepts(String reference) {
    return reference.startsWith(OciReference.PREFIX);
  }

  @Override
  public String spec() {
    return OciReference.PREFIX + reference.folder() + reference.tag().map(t -> ":" + t).orElse("");
  }

  /** Reads the folder, which is at hand: what is locked does not count. */
  @Override
  public Optional<Resolution> pinned(Optional<Resolution> locked) throws ImageException {
    return Optional.of(resolution(layout().manifest(reference.tag())));
  }

  @Override
  public RootTree open(Optional<Resolution> locked, boolean refresh) throws ImageException {
    OciLayout layout = layout();
    Descriptor manifest = layout.manifest(reference.tag());
    return open(layout, manifest, resolution(manifest), work);
  }

  private OciLayout layout() throws ImageException {
    return new OciLayout(reference.folder());
  }

  private Resolution resolution(Descriptor manifest) {
    return resolution(spec(), manifest);
  }

  static Resolution resolution(String spec, Descriptor manifest) {
    return new Resolution(
        spec, manifest.digest().toString(), List.of("manifest " + manifest.digest()));
  }

  static RootTree open(
      OciLayout layout, Descriptor manifest, Resolution resolution, WorkFolder work)
      throws ImageException {
    String what = "The manifest " + manifest.digest();
    JsonNode document = layout.json(manifest, what);
    List<Descriptor> blobs = OciLayout.descriptors(document, "layers", what);
    ImageConfig config = ImageConfig.read(layout, document, what);
    List<Digest> diffs = config.diffIds();
    if (diffs.size() != blobs.size()) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "%s has %d layers, but its configuration tells of %d; fetch the image again."
              .formatted(what, blobs.size(), diffs.size()));
    }
    FileTree tree = new FileTree();
    List<TarLayer> layers = new ArrayList<>();
    try {
      for (int i = 0; i < blobs.size(); i++) {
        String layer = "Layer %d of %d (%s)".formatted(i + 1, blobs.size(), blobs.get(i).digest());
        work.progress().accept("applying layer %d of %d".formatted(i + 1, blobs.size()));
        Path blob = layout.blob(blobs.get(i), layer);
        Path tar =
            LayerBlob.uncompressed(blob, work.scratch().resolve("layer" + i + ".tar"), layer);
        diffs.get(i).check(tar, layer + ", uncompressed,");
        layers.add(new TarLayer(tar));
        LayerApplier.apply(layers.get(i), tree);
      }
      return new RootTree(tree, resolution, config.defaults(), layers);
    } catch (ImageException e) {
      RootTree.closeAll(layers);
      throw e;
    }
  }
}
