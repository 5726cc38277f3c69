package dev.cloude.ejb.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {

  @ParameterizedTest
  @CsvSource({
    "3, 3.11, true",
    "3.11, 3.11, true",
    "3.11, 3.11.4, true",
    "=3.11, 3.11.4, true",
    "3.1, 3.11, false",
    "3.11.4, 3.11, false",
    "^3, 3.11, true",
    "^3.11, 3.11, true",
    "^3.12, 3.11, false",
    "^2, 3.11, false",
    "~3.11, 3.11.9, true",
    "~3.11.2, 3.11, false",
    "~3.10, 3.11, false",
    "~3, 3.11, true",
    ">=3.9, 3.11, true",
    ">=3.9, 4, true",
    ">=3.12, 3.11, false",
    "*, 3.11, true",
    "*, weird, true",
    "3, weird, false",
    "12, 12+deb12u1, true"
  })
  void aRangeHasItsVersions(String range, String version, boolean in) {
    assertThat(VersionRange.parse(range).orElseThrow().contains(version)).isEqualTo(in);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "^", "3.", ".3", "3..1", "<3", "1.2.3.4.5", "99999999999", "^*"})
  void whatIsNoRangeIsNone(String text) {
    assertThat(VersionRange.parse(text)).isEmpty();
  }
}
