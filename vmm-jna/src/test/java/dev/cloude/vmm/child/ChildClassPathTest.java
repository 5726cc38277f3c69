package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import dev.cloude.vmm.MicroVm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildClassPathTest {
  private static final String ENTRY = Inner.class.getName().replace('.', '/') + ".class";

  @TempDir Path folder;

  /** A class that loaders of other servers are asked for. */
  static final class Inner {}

  @Test
  void aJarThatIsAFileIsTakenAsItIs() throws Exception {
    Path copy = folder.resolve("copy.jar");
    Path jar = ChildClassPath.jarOf(Native.class, copy);
    assertThat(jar.getFileName().toString()).startsWith("jna");
    assertThat(copy).doesNotExist();
  }

  @Test
  void aFolderOfClassesBecomesAJar() throws Exception {
    Path copy = folder.resolve("copy.jar");
    assertThat(ChildClassPath.jarOf(Inner.class, copy)).isEqualTo(copy);
    assertThat(names(copy)).contains(ENTRY);
  }

  @Test
  void aJarInAJarIsCopied() throws Exception {
    Path outer = folder.resolve("outer.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(outer))) {
      out.putNextEntry(new JarEntry("lib/inner.jar"));
      out.write(jar());
    }
    URL nested = new URI("jar:" + outer.toUri() + "!/lib/inner.jar").toURL();
    Class<?> type = foundAt(new URL(nested, nested + "!/" + ENTRY, asFile(nested)));
    Path copy = folder.resolve("copy.jar");
    assertThat(ChildClassPath.jarOf(type, copy)).isEqualTo(copy);
    assertThat(names(copy)).contains(ENTRY);
  }

  /** As JBoss VFS does: no jar file, but a stream of its entries. */
  @Test
  void aJarInAServersOwnFileSystemIsCopied() throws Exception {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) throws IOException {
            assertThat(url.getPath()).isEqualTo("/content/app.ear/lib/inner.jar");
            return connection(url, new JarInputStream(new ByteArrayInputStream(jar())));
          }
        };
    Class<?> type = foundAt(new URL(null, "vfs:/content/app.ear/lib/inner.jar/" + ENTRY, handler));
    Path copy = folder.resolve("copy.jar");
    assertThat(ChildClassPath.jarOf(type, copy)).isEqualTo(copy);
    assertThat(names(copy)).contains(ENTRY);
  }

  @Test
  void whatIsNoJarIsRefused() throws Exception {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return connection(url, new ByteArrayInputStream(new byte[10]));
          }
        };
    Class<?> type = foundAt(new URL(null, "odd:/x.jar/" + ENTRY, handler));
    assertThatThrownBy(() -> ChildClassPath.jarOf(type, folder.resolve("copy.jar")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("odd:/x.jar is no jar");
  }

  @Test
  void theMonitorsOwnAreFound() {
    assertThat(ChildClassPath.in(folder).split(":")).hasSize(2).allMatch(p -> p.endsWith(".jar"));
  }

  // The class by a loader that says it found it there.
  private static Class<?> foundAt(URL url) throws ClassNotFoundException {
    ClassLoader loader =
        new ClassLoader(MicroVm.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Inner.class.getName())) {
              return super.loadClass(name, resolve);
            }
            try (InputStream in = Inner.class.getResourceAsStream("/" + ENTRY)) {
              byte[] bytes = in.readAllBytes();
              return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }

          @Override
          public URL getResource(String name) {
            return url;
          }
        };
    return Class.forName(Inner.class.getName(), false, loader);
  }

  private static URLStreamHandler asFile(URL nested) {
    return new URLStreamHandler() {
      @Override
      protected URLConnection openConnection(URL url) throws IOException {
        return nested.openConnection();
      }
    };
  }

  private static URLConnection connection(URL url, InputStream in) {
    return new URLConnection(url) {
      @Override
      public void connect() {}

      @Override
      public InputStream getInputStream() {
        return in;
      }
    };
  }

  private static byte[] jar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes);
        InputStream in = Inner.class.getResourceAsStream("/" + ENTRY)) {
      out.putNextEntry(new JarEntry(ENTRY));
      in.transferTo(out);
    }
    return bytes.toByteArray();
  }

  private static List<String> names(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(JarEntry::getName).toList();
    }
  }
}
