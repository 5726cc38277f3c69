package dev.cloude.ejb.journal;

import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.OutputSlice;
import dev.cloude.runtime.job.OutputStreamName;
import java.util.Arrays;
import java.util.Optional;

/**
 * What happened in one attempt on this node, in order: states and output. As large as the output's
 * limits allow, and four bytes for each change between streams. Thread-safe.
 */
public final class JobJournal {
  /** Most bytes of one event. */
  static final int MOST_BYTES = 64 * 1024;

  /** An entry is its kind in the upper four bits and its length in the others. */
  private static final int KIND_SHIFT = 28;

  private static final int LENGTH_MASK = (1 << KIND_SHIFT) - 1;
  private static final OutputStreamName[] STREAMS = OutputStreamName.values();
  private static final JobState[] STATES = JobState.values();

  private final int attempt;

  /** By the numbers of {@link OutputStreamName}. Guarded by this. */
  private final Growing[] bytes = new Growing[STREAMS.length];

  /** The kind of a stream is its number, that of a state comes after them. Guarded by this. */
  private int[] entries = new int[8];

  /** Guarded by this. */
  private int count;

  JobJournal(int attempt) {
    this.attempt = attempt;
    Arrays.setAll(bytes, stream -> new Growing());
    state(JobState.BOOTING);
  }

  /** The attempt has a new state. */
  public synchronized void state(JobState state) {
    append((STREAMS.length + state.ordinal()) << KIND_SHIFT);
  }

  /** Output arrived; the caller keeps it within the limits. */
  public synchronized void output(OutputStreamName stream, byte[] more) {
    int kind = stream.ordinal();
    bytes[kind].append(more);
    int last = count == 0 ? -1 : entries[count - 1];
    boolean same = last >= 0 && last >>> KIND_SHIFT == kind;
    if (same && (last & LENGTH_MASK) + (long) more.length <= LENGTH_MASK) {
      entries[count - 1] = last + more.length;
    } else {
      append(kind << KIND_SHIFT | more.length);
    }
  }

  private void append(int entry) {
    if (count == entries.length) {
      entries = Arrays.copyOf(entries, 2 * count);
    }
    entries[count++] = entry;
  }

  /** Everything of a stream so far. */
  public synchronized byte[] bytes(OutputStreamName stream) {
    return bytes[stream.ordinal()].copy(0, Integer.MAX_VALUE);
  }

  /** A piece of a stream; see {@link dev.cloude.ejb.job.JobService#output}. */
  public synchronized OutputSlice slice(OutputStreamName stream, long from, long to) {
    Growing all = bytes[stream.ordinal()];
    int start = (int) Math.min(from, all.length);
    return new OutputSlice(all.copy(start, to), start, all.length, false, false);
  }

  /** A reader at the end of what it has heard of. */
  public Reader reader(Position position) {
    return new Reader(position);
  }

  /** Reads events one after another. Used by one thread at a time. */
  public final class Reader {
    private Position position;

    /** The entry that is looked at next. */
    private int next;

    /** Where that entry's bytes begin in its stream, for each stream. */
    private final long[] begins = new long[STREAMS.length];

    private Reader(Position position) {
      this.position = position;
    }

    /** How far this reader has come. */
    public Position position() {
      return position;
    }

    /** The next event; empty when there is none yet. */
    public Optional<JobEvent> next() {
      synchronized (JobJournal.this) {
        while (next < count) {
          int kind = entries[next] >>> KIND_SHIFT;
          boolean isLast = next == count - 1;
          Optional<JobEvent> event =
              kind < STREAMS.length ? output(kind, isLast) : state(STATES[kind - STREAMS.length]);
          // The last entry of a stream may still grow; it is looked at again.
          if (event.isPresent() || isLast) {
            return event;
          }
        }
        return Optional.empty();
      }
    }

    private Optional<JobEvent> state(JobState state) {
      next++;
      if (position.hasPassed(attempt, state)) {
        return Optional.empty();
      }
      position = position.at(attempt, state);
      return Optional.of(new JobEvent.StateChanged(position.toString(), state, attempt));
    }

    private Optional<JobEvent> output(int kind, boolean isLast) {
      OutputStreamName stream = STREAMS[kind];
      long end = begins[kind] + (entries[next] & LENGTH_MASK);
      long from = Math.max(position.offset(stream), begins[kind]);
      if (from >= end) {
        if (!isLast) {
          begins[kind] = end;
          next++;
        }
        return Optional.empty();
      }
      byte[] piece = bytes[kind].copy((int) from, Math.min(end, from + MOST_BYTES));
      position = position.plus(stream, piece.length);
      return Optional.of(new JobEvent.Output(position.toString(), stream, from, piece));
    }
  }

  /** Bytes that only become more. */
  private static final class Growing {
    private byte[] array = new byte[0];
    private int length;

    void append(byte[] more) {
      if (array.length - length < more.length) {
        array = Arrays.copyOf(array, Math.max(2 * length, length + more.length));
      }
      System.arraycopy(more, 0, array, length, more.length);
      length += more.length;
    }

    byte[] copy(int from, long to) {
      return Arrays.copyOfRange(array, from, (int) Math.max(from, Math.min(to, length)));
    }
  }
}
