package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedOutputTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | '' | true",
        "'a' | 'a\n' | true",
        "'a\nb' | 'a \t\r\nb\r\n\n\n' | true",
        "'a' | ' a' | false",
        "'a\nb' | 'a\n\nb' | false",
        "'a b' | 'a  b' | false",
        "'' | ' \n \n' | true",
        "'a' | 'A' | false"
      })
  void blanksAtTheEndOfLinesDoNotCount(String expected, String actual, boolean same) {
    assertThat(matches(expected, actual)).isEqualTo(same);
    assertThat(matches(actual, expected)).isEqualTo(same);
  }

  /** As one would say it with strings. */
  @Property
  void itIsTheSameAsTrimmingEachLine(
      @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'b') String letters,
      @ForAll List<Boolean> blanks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.max(letters.length(), blanks.size()); i++) {
      if (i < letters.length()) {
        text.append(letters.charAt(i));
      }
      if (i < blanks.size()) {
        text.append(blanks.get(i) ? "\n" : " ");
      }
    }
    String trimmed =
        text.toString()
            .lines()
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n"))
            .stripTrailing();

    assertThat(matches(text.toString(), trimmed)).isTrue();
    assertThat(matches(text.toString(), trimmed + "x")).isFalse();
  }

  private static boolean matches(String expected, String actual) {
    return ExpectedOutput.matches(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }
}
