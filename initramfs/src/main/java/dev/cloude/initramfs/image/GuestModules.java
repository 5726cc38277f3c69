package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The kernel modules for guests: a folder with {@code order}, which names files of the folder, one
 * per line, in the order in which the guest loads them. Beside it there may be {@code order.net}
 * and {@code order.vsock}, with those that only guests with a network, or with a socket device,
 * load after them; and {@code order.disk}, with those that guests with a root disk load as well.
 *
 * @param lists the files in loading order, by the name of the list; empty when there are none
 */
record GuestModules(SortedMap<String, List<Path>> lists) {
  private static final String ORDER = "order";
  private static final List<String> OPTIONAL_ORDERS = List.of("order.net", "order.vsock");
  private static final String DISK_ORDER = "order.disk";

  /** No modules: for kernels that have everything built in. */
  static GuestModules load(Optional<Path> folder) throws ImageException {
    SortedMap<String, List<Path>> lists = new TreeMap<>();
    if (folder.isPresent()) {
      lists.put(ORDER, listed(folder.get(), ORDER));
      for (String name : OPTIONAL_ORDERS) {
        if (Files.exists(folder.get().resolve(name))) {
          lists.put(name, listed(folder.get(), name));
        }
      }
    }
    return new GuestModules(lists);
  }

  /** These, and those for root disks. A kernel may have them built in: then nothing is named. */
  GuestModules withDisks(Optional<Path> folder) throws ImageException {
    if (folder.isEmpty() || !Files.exists(folder.get().resolve(DISK_ORDER))) {
      return this;
    }
    List<Path> all = new ArrayList<>(lists.get(ORDER));
    all.addAll(listed(folder.get(), DISK_ORDER));
    SortedMap<String, List<Path>> more = new TreeMap<>(lists);
    more.put(ORDER, List.copyOf(all));
    return new GuestModules(more);
  }

  /** All files that some list names, each once. */
  Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>();
    lists.values().forEach(files::addAll);
    return files;
  }

  /** A list as the guest gets it. */
  static String text(List<Path> list) {
    return list.stream().map(file -> file.getFileName() + "\n").collect(Collectors.joining());
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
}
