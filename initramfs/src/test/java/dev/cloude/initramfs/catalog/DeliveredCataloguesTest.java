package dev.cloude.initramfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogues in the folder {@code config}. */
class DeliveredCataloguesTest {
  private static final Path CONFIG = Path.of("..", "config");

  @ParameterizedTest
  @ValueSource(strings = {"languages.json", "languages-oci.json"})
  void canBeUsed(String file) throws Exception {
    assertThat(Catalogue.load(CONFIG.resolve(file)).find("py")).isPresent();
  }

  @Test
  void theDefaultHasTheSevenLanguagesWithTheirAliases() throws Exception {
    Catalogue catalogue = Catalogue.load(CONFIG.resolve("languages.json"));
    assertThat(catalogue.names())
        .containsExactly("c", "cpp", "go", "java", "node", "python", "rust");
    Map.of("py", "python", "js", "node", "javascript", "node", "rs", "rust", "golang", "go")
        .forEach(
            (alias, name) -> assertThat(catalogue.find(alias)).map(Language::name).contains(name));
    assertThat(catalogue.find("c++")).map(Language::name).contains("cpp");
  }

  @Test
  void commandsNameRealPaths() throws Exception {
    for (Language language : Catalogue.load(CONFIG.resolve("languages.json")).languages()) {
      List<String> first = language.compile().orElse(language.run());
      assertThat(first.get(0))
          .as("there is no /usr/bin/java or cc")
          .matches("/usr/.+|/bin/sh")
          .isNotIn("/usr/bin/java", "/usr/bin/cc");
    }
  }

  @Test
  void theServersTestsHaveEntriesOfTheDefault() throws Exception {
    Catalogue all = Catalogue.load(CONFIG.resolve("languages.json"));
    Catalogue tests =
        Catalogue.load(Path.of("..", "it", "src", "test", "config", "languages.json"));
    for (String name : List.of("python", "c", "java")) {
      assertThat(tests.find(name)).isPresent().isEqualTo(all.find(name));
    }
  }
}
