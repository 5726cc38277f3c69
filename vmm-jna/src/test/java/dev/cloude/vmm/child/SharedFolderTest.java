package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFolderTest {
  @TempDir private Path parent;

  private Path left(String permissions) throws IOException {
    Path folder =
        Files.createTempDirectory(
            parent,
            SharedFolder.PREFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.createFile(folder.resolve(SharedFolder.LOCK));
    Files.createFile(folder.resolve("jna.jar"));
    Files.createDirectory(folder.resolve("root"));
    return folder;
  }

  @Test
  void itGoesWithItsFiles() throws IOException {
    SharedFolder folder = SharedFolder.in(parent);
    Files.createFile(folder.path().resolve("vmm.jar"));

    folder.close();

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    Path left = left("rwx------");

    try (SharedFolder folder = SharedFolder.in(parent)) {
      assertThat(left).doesNotExist();
      assertThat(folder.path()).isDirectory();
    }
  }

  @Test
  void whatIsInUseStays() throws Exception {
    try (SharedFolder mine = SharedFolder.in(parent)) {
      Path others = left("rwx------");
      Process other = TestLock.hold(others.resolve(SharedFolder.LOCK));
      try (SharedFolder second = SharedFolder.in(parent)) {
        assertThat(List.of(mine.path(), others, second.path())).allMatch(Files::isDirectory);
      } finally {
        other.destroyForcibly().waitFor();
      }
      try (SharedFolder third = SharedFolder.in(parent)) {
        assertThat(others).doesNotExist();
        assertThat(List.of(mine.path(), third.path())).allMatch(Files::isDirectory);
      }
    }
  }

  @Test
  void whatIsNotSurelyOursStays() throws IOException {
    Path open = left("rwxr-xr-x");
    Path unfinished = Files.createTempDirectory(parent, SharedFolder.PREFIX);
    Path file = Files.createFile(parent.resolve(SharedFolder.PREFIX + "-a-file"));
    Path target = Files.createDirectory(parent.resolve("target"));
    Path kept = Files.createFile(target.resolve(SharedFolder.LOCK));
    Path link = Files.createSymbolicLink(parent.resolve(SharedFolder.PREFIX + "-link"), target);

    SharedFolder.in(parent).close();

    assertThat(List.of(open, unfinished, file, kept, link)).allMatch(Files::exists);
  }
}
