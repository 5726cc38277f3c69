package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.ImageSource;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.source.debian.DebianOptions;
import dev.cloude.initramfs.source.debian.DebianPackages;
import dev.cloude.initramfs.source.oci.ArchiveImage;
import dev.cloude.initramfs.source.oci.OciImage;
import dev.cloude.initramfs.source.oci.RegistryImage;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the source that a catalogue entry names.
 *
 * @param catalogueFolder what relative OCI folders are relative to
 * @param skopeo how registries are reached
 */
public record RootSources(Path catalogueFolder, DebianOptions debian, SkopeoOptions skopeo) {

  private static final List<String> EVERYWHERE =
      List.of(
          "/usr/share/doc",
          "/usr/share/doc-base",
          "/usr/share/info",
          "/usr/share/man",
          "/usr/share/locale",
          "/usr/share/lintian",
          "/usr/share/bug",
          "/usr/share/bash-completion",
          "/var/cache/*",
          "/var/log/*");

  /** What mmdebstrap takes from the host, what installs packages, and what no guest starts. */
  private static final List<String> PACKAGES =
      List.of(
          "/etc/alternatives",
          "/etc/apt",
          "/etc/cron.*",
          "/etc/dpkg",
          "/etc/fstab",
          "/etc/hostname",
          "/etc/logrotate.d",
          "/etc/resolv.conf",
          "/usr/bin/dpkg*",
          "/usr/bin/update-alternatives",
          "/usr/lib/dpkg",
          "/usr/lib/systemd",
          "/usr/sbin/dpkg*",
          "/usr/share/dpkg",
          "/usr/share/gdb",
          "/usr/share/perl5/Dpkg*",
          "/usr/share/polkit-1",
          "/var/lib/apt",
          "/var/lib/dpkg",
          "**/__pycache__");

  RootSource of(Language owner, FileDigests digests, WorkFolder work) throws ImageException {
    if (owner.source() instanceof ImageSource.Packages packages) {
      return new DebianPackages(owner.name(), packages, debian, work);
    }
    if (owner.source() instanceof ImageSource.BaseImage image) {
      String reference = image.reference();
      if (OciImage.accepts(reference)) {
        return new OciImage(reference, catalogueFolder, work);
      }
      if (ArchiveImage.accepts(reference)) {
        return new ArchiveImage(owner.name(), reference, catalogueFolder, skopeo, digests, work);
      }
      return new RegistryImage(owner.name(), reference, skopeo, work);
    }
    throw new IllegalArgumentException(owner.name() + " uses the image of " + owner.imageName());
  }

  /** The rules for what to leave out of a source's tree, before the catalogue entry's own. */
  static List<String> exclusions(ImageSource source) {
    if (!(source instanceof ImageSource.Packages)) {
      return EVERYWHERE;
    }
    return Stream.concat(EVERYWHERE.stream(), PACKAGES.stream()).toList();
  }
}
