package dev.cloude.vmm.child;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.VmmException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of a child: the monitor's jar and JNA's, from wherever this process has them.
 * Servers keep jars in jars and in file systems of their own; those are copied to a folder of ours.
 */
final class ChildClassPath {
  // By name: JNA is for the natives alone.
  private static final String JNA = "com.sun.jna.Native";

  private ChildClassPath() {}

  /**
   * @param folder for copies, where the jars themselves are no files
   * @return the words for {@code java -cp}
   * @throws VmmException {@link VmmException.Code#PROCESS} when a jar cannot be found
   */
  static String in(Path folder) {
    try {
      Class<?> jna = Class.forName(JNA, false, MicroVm.class.getClassLoader());
      return jarOf(MicroVm.class, folder.resolve("vmm.jar"))
          + File.pathSeparator
          + jarOf(jna, folder.resolve("jna.jar"));
    } catch (IOException | ClassNotFoundException | URISyntaxException e) {
      throw new VmmException(
          VmmException.Code.PROCESS,
          "A VM cannot have a process of its own, because the jars for it cannot be found: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The jar that a class is from.
   *
   * @param copy where it is copied to when it is no jar file of its own
   */
  static Path jarOf(Class<?> type, Path copy) throws IOException, URISyntaxException {
    URL root = rootOf(type);
    if (root.getProtocol().equals("file")) {
      Path path = Path.of(root.toURI());
      return Files.isDirectory(path) ? pack(path, copy) : path;
    }
    try (InputStream in = root.openStream()) {
      return copy(in, root, copy);
    }
  }

  /**
   * Where the class loader found the class: the URL of a jar or of a folder of classes. Not the
   * code source, which some servers leave out.
   */
  private static URL rootOf(Class<?> type) throws IOException, URISyntaxException {
    String name = type.getName().replace('.', '/') + ".class";
    URL resource = type.getClassLoader().getResource(name);
    if (resource == null || !resource.toString().endsWith(name)) {
      throw new IOException(type.getName() + " is found at " + resource + ".");
    }
    String root = resource.toString();
    root = root.substring(0, root.length() - name.length());
    if (root.endsWith("!/")) {
      root = root.substring(0, root.length() - 2);
      // The jar in a jar keeps its prefix; a jar that is a file does not need it.
      root = root.contains("!/") ? root : root.substring("jar:".length());
    } else if (!root.startsWith("file:")) {
      root = root.substring(0, root.length() - 1);
    }
    // A class loader's own kind of URL finds what it reads by its own handler.
    return root.startsWith(resource.getProtocol() + ":")
        ? new URL(resource, root)
        : new URI(root).toURL();
  }

  // A file system of a server gives a jar that it has unpacked as a stream of entries.
  private static Path copy(InputStream in, URL from, Path to) throws IOException {
    int entries = 0;
    try (JarInputStream jar =
            in instanceof JarInputStream stream ? stream : new JarInputStream(in);
        JarOutputStream out = open(to)) {
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        if (!entry.isDirectory()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          jar.transferTo(out);
          entries++;
        }
      }
    }
    if (entries == 0) {
      throw new IOException(from + " is no jar.");
    }
    return to;
  }

  private static Path pack(Path classes, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (JarOutputStream out = open(to)) {
      for (Path file : files) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return to;
  }

  @SuppressWarnings("resource") // The jar's stream closes the file's.
  private static JarOutputStream open(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    try {
      return new JarOutputStream(out);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }
}
