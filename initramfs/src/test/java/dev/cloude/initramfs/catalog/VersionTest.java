package dev.cloude.initramfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "3.9, 3.10",
    "3.09, 3.10",
    "3.9, 3.9.1",
    "9, 10",
    "1.81, 1.81.1",
    "3.13~rc1, 3.13",
    "3.13~rc1, 3.13~rc2",
    "3.13a, 3.13.1",
    "20, 99999999999999999999999",
  })
  void ordersByNumber(String lower, String higher) {
    assertThat(Version.of(lower)).isLessThan(Version.of(higher));
    assertThat(Version.of(higher)).isGreaterThan(Version.of(lower));
  }

  @Test
  void equalOnlyWhenWrittenAlike() {
    assertThat(Version.of("3.11")).isEqualTo(Version.of("3.11")).isNotEqualTo(Version.of("3.011"));
    assertThat(Version.of("3.11").compareTo(Version.of("3.11"))).isZero();
    assertThat(Version.of("3.11").compareTo(Version.of("3.011"))).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "3-11", "../3", "3/11", ".3", "3.11\n"})
  void refusesWhatCannotBeInAFileName(String text) {
    assertThatThrownBy(() -> Version.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a version");
  }
}
