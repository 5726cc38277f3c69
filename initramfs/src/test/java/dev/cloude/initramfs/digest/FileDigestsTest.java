package dev.cloude.initramfs.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestsTest {
  private static final String OF_ONE =
      "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("file"), "one");
  }

  /** Digests of somebody for whom it is later than for the file system. */
  private static FileDigests after(Duration time) {
    return new FileDigests(Clock.offset(Clock.systemUTC(), time));
  }

  @Test
  void aFileThatHasRestedIsReadOnce() throws Exception {
    FileDigests digests = after(Duration.ofMinutes(1));
    assertThat(digests.unread(file)).isEmpty();
    assertThat(digests.sha256(file)).isEqualTo(OF_ONE);
    assertThat(digests.unread(file)).contains(OF_ONE);
  }

  @Test
  void aFileThatWasJustWrittenIsReadAgain() throws Exception {
    FileDigests digests = after(Duration.ZERO);
    assertThat(digests.sha256(file)).isEqualTo(OF_ONE);
    assertThat(digests.unread(file)).as("a change within a tick would not show").isEmpty();
  }

  @Test
  void everyKindOfChangeShows() throws Exception {
    FileTime time = Files.getLastModifiedTime(file);
    FileDigests digests = after(Duration.ofMinutes(1));
    digests.sha256(file);
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);
    assertThat(digests.sha256(file)).as("same size and time").isNotEqualTo(OF_ONE);
    Path other = Files.writeString(folder.resolve("other"), "one");
    Files.setLastModifiedTime(other, time);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(digests.sha256(file)).as("another file in its place").isEqualTo(OF_ONE);
  }

  @Test
  void whatIsKnownIsKept() throws Exception {
    Path kept = folder.resolve("kept");
    FileDigests digests = after(Duration.ofMinutes(1));
    digests.sha256(file);
    digests.save(kept, folder);
    FileDigests later = after(Duration.ofMinutes(2));
    later.load(kept);
    assertThat(later.unread(file)).contains(OF_ONE);
    Instant before = Files.getLastModifiedTime(kept).toInstant();
    later.save(kept, folder);
    assertThat(Files.getLastModifiedTime(kept).toInstant()).as("nothing new").isEqualTo(before);
  }

  @Test
  void whatIsKeptMayBeDamaged() throws Exception {
    Path kept = folder.resolve("kept");
    for (String text :
        new String[] {"{", "null", "{\"files\":{\"/x\":null}}", "{\"files\":{\"/x\":{}}}", "[]"}) {
      Files.writeString(kept, text);
      FileDigests digests = after(Duration.ofMinutes(1));
      digests.load(kept);
      assertThat(digests.sha256(file)).as(text).isEqualTo(OF_ONE);
    }
  }

  @Test
  void whatIsGoneIsNamed() throws Exception {
    FileDigests digests = after(Duration.ofMinutes(1));
    digests.sha256(file);
    Files.delete(file);
    assertThat(digests.unread(file)).isEqualTo(Optional.empty());
    assertThatThrownBy(() -> digests.sha256(file)).hasMessageContaining(file.toString());
  }
}
