package dev.cloude.ejb.job;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a job in the list of all jobs, the newest first.
 *
 * @param createdAt of the job
 * @param id of the job; tells those apart that were created at the same moment
 */
public record JobCursor(Instant createdAt, String id) {
  private static final Pattern TEXT = Pattern.compile("(-?\\d{1,18})/([0-9a-f-]{36})");

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when it was not
   */
  public static Optional<JobCursor> parse(Optional<String> text) {
    return text.map(JobCursor::parse);
  }

  private static JobCursor parse(String text) {
    Matcher parts;
    try {
      parts =
          TEXT.matcher(
              new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("The cursor is not one that a page gave.", e);
    }
    if (!parts.matches()) {
      throw new IllegalArgumentException("The cursor is not one that a page gave.");
    }
    Instant createdAt = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
    return new JobCursor(createdAt, parts.group(2));
  }

  /** For clients, to whom it means nothing. */
  @Override
  public String toString() {
    long micros =
        Math.addExact(
            Math.multiplyExact(createdAt.getEpochSecond(), 1_000_000L), createdAt.getNano() / 1000);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((micros + "/" + id).getBytes(StandardCharsets.US_ASCII));
  }
}
