package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel modules for guests: a folder with {@code order}, which names files of the folder, one
 * per line, in the order in which the guest loads them, and {@code order.disk}, which names those
 * that only guests with a root disk load, after the others.
 *
 * @param files in loading order
 */
record GuestModules(List<Path> files) {
  private static final String ORDER = "order";
  private static final String DISK_ORDER = "order.disk";

  /** No modules: for kernels that have everything built in. */
  static GuestModules load(Optional<Path> folder) throws ImageException {
    if (folder.isEmpty()) {
      return new GuestModules(List.of());
    }
    return new GuestModules(listed(folder.get(), ORDER));
  }

  /** These, and those for root disks. A kernel may have them built in: then nothing is named. */
  GuestModules withDisks(Optional<Path> folder) throws ImageException {
    if (folder.isEmpty() || !Files.exists(folder.get().resolve(DISK_ORDER))) {
      return this;
    }
    List<Path> all = new ArrayList<>(files);
    all.addAll(listed(folder.get(), DISK_ORDER));
    return new GuestModules(List.copyOf(all));
  }

  private static List<Path> listed(Path folder, String name) throws ImageException {
    Path order = folder.resolve(name);
    List<String> lines;
    try {
      lines = Files.readAllLines(order);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "The module folder %s has no readable file \"%s\"; write the module files into it, one per line, in loading order."
              .formatted(folder, name),
          e);
    }
    List<Path> files = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank()) {
        files.add(module(folder, line.strip(), order));
      }
    }
    return files;
  }

  private static Path module(Path folder, String name, Path order) throws ImageException {
    if (!name.endsWith(".ko") || name.contains("/")) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "%s names \"%s\"; only uncompressed modules (NAME.ko) beside it can be loaded."
              .formatted(order, name));
    }
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "%s names %s, but %s is not there; copy it or take it off the list."
              .formatted(order, name, file));
    }
    return file;
  }

  /** The file {@code order} as the guest gets it. */
  String order() {
    StringBuilder order = new StringBuilder();
    for (Path file : files) {
      order.append(file.getFileName()).append('\n');
    }
    return order.toString();
  }
}
