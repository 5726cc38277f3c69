package dev.cloude.initramfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between builder and registry is a line that is slow, breaks, stands still or dies. */
@Tag("registry")
class BadLineTest {
  /** Shorter than what the slow line takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @TempDir Path folder;
  private LoopbackRegistry registry;
  private RegistryFixture images;

  @BeforeEach
  void start() throws Exception {
    registry = new LoopbackRegistry(folder.resolve("registry"), "");
    images = new RegistryFixture(folder);
    registry.push(images.layout("one", "first"), "1", "python:1");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aSlowLineOnlyTakesLonger() throws Exception {
    images.patience(PATIENCE);
    try (BadLine line = new BadLine(registry.port(), BadLine.Fault.SLOW)) {
      assertThat(images.text(line.address() + "/python:1")).isEqualTo("first");
    }
  }

  @Test
  void aLineThatBreaksOnceIsTriedAgain() throws Exception {
    try (BadLine line = new BadLine(registry.port(), BadLine.Fault.CUT_ONCE)) {
      assertThat(images.text(line.address() + "/python:1")).isEqualTo("first");
      assertThat(line.cuts()).isGreaterThan(1);
    }
  }

  @Test
  void aLineThatStandsStillIsGivenUp() throws Exception {
    images.patience(PATIENCE);
    try (BadLine line = new BadLine(registry.port(), BadLine.Fault.STALLED)) {
      assertThatThrownBy(() -> images.build(line.address() + "/python:1"))
          .hasMessageContaining("no progress for 2000 ms")
          .hasMessageContaining("stopped sending");
      assertThat(line.cuts()).isPositive();
    }
    assertSound();
  }

  @Test
  void aRegistryThatDiesHalfWayLeavesNothingBehind() throws Exception {
    try (BadLine line = new BadLine(registry.port(), BadLine.Fault.DEAD)) {
      assertThatThrownBy(() -> images.build(line.address() + "/python:1"))
          .hasMessageContaining("could not fetch")
          .hasMessageContaining("python@sha256:");
      assertThat(line.cuts()).isPositive();
    }
    assertSound();
  }

  private void assertSound() throws Exception {
    assertThat(images.leftovers()).containsExactly(".python-3.11.cpio.failed");
    assertThat(images.text(registry.address() + "/python:1")).isEqualTo("first");
  }
}
