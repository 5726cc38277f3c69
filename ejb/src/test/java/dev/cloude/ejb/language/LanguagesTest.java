package dev.cloude.ejb.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
  private final Languages languages = new Languages(catalogue());

  private static Catalogue catalogue() {
    String json =
        """
        {"python": {"version": "3.11", "base_image": "python:3.11-alpine"},
         "c": {"version": "13", "base_image": "gcc:13"}}
        """;
    try {
      return Catalogue.parse(json.getBytes(StandardCharsets.UTF_8), "the test");
    } catch (CatalogueException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "Python", " PY\t", "py"})
  void namesAndAliasesAreFoundHoweverTheyAreWritten(String asWritten) throws Exception {
    assertThat(languages.nameOf(asWritten)).isEqualTo("python");
  }

  @Test
  void anUnknownLanguageIsNamedAsItWasWrittenAndTheKnownOnesAreSorted() {
    assertThatExceptionOfType(UnsupportedLanguageException.class)
        .isThrownBy(() -> languages.nameOf(" Cobol"))
        .withMessage("Unsupported language:  Cobol. Supported languages: c, python");
  }

  @Test
  void aVersionMayStandBehindTheName() throws Exception {
    assertThat(languages.resolve("Py")).isEqualTo(new ResolvedLanguage("python", Optional.empty()));
    assertThat(languages.resolve("py @ ^3"))
        .isEqualTo(new ResolvedLanguage("python", Optional.of("^3")));
    assertThat(languages.resolve("python@3.11").version()).contains("3.11");
    assertThatExceptionOfType(UnsupportedLanguageException.class)
        .isThrownBy(() -> languages.resolve("python@^4"))
        .withMessage("Unsupported version of python: ^4. This server has 3.11");
    assertThatExceptionOfType(UnsupportedLanguageException.class)
        .isThrownBy(() -> languages.resolve("python@new"));
    assertThatExceptionOfType(UnsupportedLanguageException.class)
        .isThrownBy(() -> languages.resolve("@3"));
  }
}
