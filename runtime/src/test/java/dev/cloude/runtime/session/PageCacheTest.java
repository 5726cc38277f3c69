package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheTest {
  @TempDir private Path folder;

  @Test
  void readsWhatThereIsUpToItsLimit() throws Exception {
    Path first = Files.write(folder.resolve("first"), new byte[3 << 20]);
    Path second = Files.write(folder.resolve("second"), new byte[100]);
    List<Path> files = List.of(first, folder.resolve("none"), second);

    assertThat(PageCache.read(files, Long.MAX_VALUE)).isEqualTo((3 << 20) + 100);
    assertThat(PageCache.read(files, (3 << 20) + 60)).isEqualTo((3 << 20) + 60);
    assertThat(PageCache.read(files, 10)).isEqualTo(10);
    assertThat(PageCache.read(List.of(), 10)).isZero();
  }
}
