package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.source.Resolution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLockTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Resolution SOURCE = new Resolution("spec", "sha256:00", List.of("x 1"));

  @TempDir Path folder;

  @Test
  void comesBackAsItWas() throws Exception {
    Path file = folder.resolve("x.lock.json");
    SourceLock lock = SourceLock.of(SOURCE, NOON);
    Files.write(file, lock.toJson());
    assertThat(SourceLock.read(file)).contains(lock);
  }

  @Test
  void whatIsNotOneIsNone() throws Exception {
    Path file = folder.resolve("x.lock.json");
    assertThat(SourceLock.read(file)).isEmpty();
    for (String text :
        List.of("{", "null", "{}", "{\"builder\":\"npm\",\"source\":{}}", "{\"builder\":1}")) {
      Files.writeString(file, text);
      assertThat(SourceLock.read(file)).as(text).isEmpty();
    }
  }

  @Test
  void agesByTheClock() {
    SourceLock lock = SourceLock.of(SOURCE, NOON);
    assertThat(lock.isOlderThan(Duration.ofHours(1), NOON.plusSeconds(3599))).isFalse();
    assertThat(lock.isOlderThan(Duration.ofHours(1), NOON.plusSeconds(3600))).isTrue();
    assertThat(lock.isOlderThan(Duration.ZERO, NOON)).isTrue();
    assertThat(new SourceLock("b", SOURCE, "?").isOlderThan(Duration.ofDays(9), NOON)).isTrue();
  }
}
