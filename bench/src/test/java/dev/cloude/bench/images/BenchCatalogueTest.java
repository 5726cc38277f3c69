package dev.cloude.bench.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.Language;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCatalogueTest {
  @TempDir Path folder;

  @Test
  void measuresTheDefaultImagesWithOneProgram() throws Exception {
    Path delivered = Path.of("..", "config", "languages.json");

    BenchCatalogue bench = new BenchCatalogue(delivered, Set.of(), folder);

    Catalogue before = Catalogue.load(delivered);
    Catalogue after = Catalogue.load(bench.file());
    assertThat(bench.names()).startsWith("busybox").containsAll(before.names());
    assertThat(after.names()).containsExactlyInAnyOrderElementsOf(bench.names());
    for (Language language : before.languages()) {
      Language measured = after.find(language.name()).orElseThrow();
      assertThat(measured.source()).isEqualTo(language.source());
      assertThat(measured.exclude()).isEqualTo(language.exclude());
      assertThat(measured.imageBaseName()).isEqualTo(language.imageBaseName());
      assertThat(measured.compile()).isEmpty();
      assertThat(measured.run()).last().asString().contains("/proc/meminfo");
    }
  }

  @Test
  void onlyWhatIsWantedIsMeasured() throws Exception {
    Path delivered = Path.of("..", "config", "languages.json");
    assertThat(new BenchCatalogue(delivered, Set.of("rust"), folder).names())
        .containsExactly("busybox", "rust");
    assertThatIllegalStateException()
        .isThrownBy(() -> new BenchCatalogue(delivered, Set.of("cobol"), folder))
        .withMessageContaining("no language \"cobol\"");
  }

  @Test
  void otherImagesAreNotMeasured() throws Exception {
    Path other =
        Files.writeString(
            folder.resolve("other.json"),
            "{\"python\": {\"version\": \"3\", \"base_image\": \"python:3\"}}");

    assertThatIllegalStateException()
        .isThrownBy(() -> new BenchCatalogue(other, Set.of(), folder))
        .withMessageContaining("python of " + other + " is not made of packages");
  }
}
