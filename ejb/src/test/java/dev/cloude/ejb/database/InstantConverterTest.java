package dev.cloude.ejb.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantConverterTest {
  private final InstantConverter converter = new InstantConverter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "2026-03-29T01:30:00.123456Z",
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "1969-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999Z"
      })
  void anInstantComesBack(String text) {
    Instant instant = Instant.parse(text);

    Long stored = converter.convertToDatabaseColumn(instant);

    assertThat(converter.convertToEntityAttribute(stored)).isEqualTo(instant);
  }

  @Test
  void whatIsFinerThanMicrosecondsIsCutOff() {
    Instant instant = Instant.parse("2026-03-29T01:30:00.123456789Z");

    Long stored = converter.convertToDatabaseColumn(instant);

    assertThat(converter.convertToEntityAttribute(stored))
        .isEqualTo(instant.truncatedTo(ChronoUnit.MICROS));
  }

  @Test
  void nothingStaysNothing() {
    assertThat(converter.convertToDatabaseColumn(null)).isNull();
    assertThat(converter.convertToEntityAttribute(null)).isNull();
  }
}
