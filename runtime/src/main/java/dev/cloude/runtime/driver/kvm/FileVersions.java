package dev.cloude.runtime.driver.kvm;

import dev.cloude.vmm.MachineShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Which files lay where a VM's files are, at one moment.
 *
 * @param loadedBytes of those that are loaded into its RAM
 */
record FileVersions(List<Version> files, long loadedBytes) {
  /**
   * One file.
   *
   * @param key device and inode; empty when there was no such file
   */
  record Version(Path path, String key, long size, FileTime modified) {}

  /** Those of kernel, initramfs and disks now. */
  static FileVersions of(MachineShape shape) {
    List<Version> files = new ArrayList<>();
    files.add(version(shape.kernel()));
    shape.initrd().ifPresent(path -> files.add(version(path)));
    long loaded = files.stream().mapToLong(Version::size).sum();
    shape.disks().forEach(path -> files.add(version(path)));
    return new FileVersions(List.copyOf(files), loaded);
  }

  private static Version version(Path path) {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return new Version(
          path, String.valueOf(file.fileKey()), file.size(), file.lastModifiedTime());
    } catch (IOException e) {
      return new Version(path, "", 0, FileTime.fromMillis(0));
    }
  }
}
