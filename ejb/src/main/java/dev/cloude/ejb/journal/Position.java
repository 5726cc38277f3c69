package dev.cloude.ejb.journal;

import dev.cloude.ejb.job.JobState;
import dev.cloude.runtime.job.OutputStreamName;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How far somebody has heard of a job: which attempt, its last state, and how much of each stream.
 * Immutable; written as the id of events, so that anyone who has a job's row or its journal can go
 * on from there.
 */
public final class Position {
  /** Nothing was heard. */
  public static final Position START = new Position(-1, -1, new long[streams()]);

  private static final Pattern TEXT = Pattern.compile("\\d{1,9}(\\.\\d{1,10}){5}");

  private final int attempt;

  /** A state's number; -1 before the first. */
  private final int state;

  /** By the numbers of {@link OutputStreamName}. */
  private final long[] offsets;

  private Position(int attempt, int state, long[] offsets) {
    this.attempt = attempt;
    this.state = state;
    this.offsets = offsets;
  }

  /** Reads the id of an event; empty when it is none. */
  public static Optional<Position> parse(String id) {
    if (!TEXT.matcher(id).matches()) {
      return Optional.empty();
    }
    long[] numbers = Arrays.stream(id.split("\\.")).mapToLong(Long::parseLong).toArray();
    if (numbers[1] >= JobState.values().length) {
      return Optional.empty();
    }
    return Optional.of(
        new Position(
            (int) numbers[0], (int) numbers[1], Arrays.copyOfRange(numbers, 2, numbers.length)));
  }

  /** Whether this attempt's state was heard of, as the last one. */
  public boolean isAt(int attempt, JobState state) {
    return this.attempt == attempt && this.state == state.ordinal();
  }

  /** Whether anything was heard of this attempt. */
  public boolean isOf(int attempt) {
    return this.attempt == attempt;
  }

  /** Whether this state or a later one of this attempt was heard of. */
  public boolean hasPassed(int attempt, JobState state) {
    return this.attempt == attempt && this.state >= state.ordinal();
  }

  /** How many bytes of a stream were heard of. */
  public long offset(OutputStreamName stream) {
    return offsets[stream.ordinal()];
  }

  /** After a state; another attempt's output begins anew. */
  public Position at(int attempt, JobState state) {
    return new Position(
        attempt, state.ordinal(), this.attempt == attempt ? offsets : new long[streams()]);
  }

  /** After so many more bytes of a stream. */
  public Position plus(OutputStreamName stream, int bytes) {
    long[] moved = offsets.clone();
    moved[stream.ordinal()] += bytes;
    return new Position(attempt, state, moved);
  }

  /** As the id of the event that was heard of last; not before the first one. */
  @Override
  public String toString() {
    return LongStream.concat(LongStream.of(attempt, state), Arrays.stream(offsets))
        .mapToObj(Long::toString)
        .collect(Collectors.joining("."));
  }

  private static int streams() {
    return OutputStreamName.values().length;
  }
}
