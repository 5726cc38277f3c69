package dev.cloude.ejb.database;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Stores an instant as microseconds since 1970-01-01T00:00Z. JPA 3.1 does not define instants, and
 * a database timestamp without a zone moves with the server's zone and its daylight saving time.
 */
@Converter
public class InstantConverter implements AttributeConverter<Instant, Long> {

  private static final long MICROS_PER_SECOND = 1_000_000;

  @Override
  public Long convertToDatabaseColumn(Instant instant) {
    if (instant == null) {
      return null;
    }
    // Not by ChronoUnit.between, which counts nanoseconds and overflows in the year 2262.
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / 1000);
  }

  @Override
  public Instant convertToEntityAttribute(Long micros) {
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
