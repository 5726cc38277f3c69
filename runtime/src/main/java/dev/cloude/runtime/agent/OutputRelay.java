package dev.cloude.runtime.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.StreamTotal;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Passes an execution's frames on as they arrive: every byte once, though each attachment begins
 * with the first, and never more of a stream than its limit. Used by one thread.
 */
public final class OutputRelay {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<Frame.Type, OutputStreamName> NAMES =
      Map.of(
          Frame.Type.STDOUT, OutputStreamName.STDOUT,
          Frame.Type.STDERR, OutputStreamName.STDERR,
          Frame.Type.COMPILER_STDOUT, OutputStreamName.COMPILE_STDOUT,
          Frame.Type.COMPILER_STDERR, OutputStreamName.COMPILE_STDERR);

  private final int limit;
  private final ExecutionListener listener;
  private final Map<OutputStreamName, Stream> streams = new EnumMap<>(OutputStreamName.class);

  /** Null before the first. */
  private ExecutionPhase reached;

  private boolean begun;

  /**
   * @param limit most bytes of each stream
   */
  public OutputRelay(int limit, ExecutionListener listener) {
    this.limit = limit;
    this.listener = listener;
    for (OutputStreamName name : OutputStreamName.values()) {
      streams.put(name, new Stream(name));
    }
  }

  /** Whether the agent has ever sent a frame: the execution is known to it. */
  public boolean begun() {
    return begun;
  }

  /** The last phase that began. */
  public Optional<ExecutionPhase> reached() {
    return Optional.ofNullable(reached);
  }

  /** All frames come again, from the first. */
  void restart() {
    streams.values().forEach(stream -> stream.seen = 0);
  }

  /**
   * Takes a frame.
   *
   * @return the phase that begins with it, the first time that it does
   */
  Optional<ExecutionPhase> accept(Frame frame) {
    begun = true;
    OutputStreamName name = NAMES.get(frame.type());
    if (name != null) {
      streams.get(name).append(frame.payload());
    }
    return frame.type() == Frame.Type.PHASE ? advance(frame.payload()) : Optional.empty();
  }

  private Optional<ExecutionPhase> advance(byte[] payload) {
    ExecutionPhase phase;
    try {
      JsonNode named = JSON.readTree(payload).path("phase");
      phase = named.asText().equals("compile") ? ExecutionPhase.COMPILE : ExecutionPhase.RUN;
    } catch (IOException e) {
      return Optional.empty();
    }
    // SAFETY: a guest that goes back, or names a phase again, wins no time by it.
    if (reached != null && phase.compareTo(reached) <= 0) {
      return Optional.empty();
    }
    reached = phase;
    listener.phase(phase);
    return Optional.of(phase);
  }

  /** The result, once the execution has ended. */
  ExecutionResult result(EndReport end) {
    Map<OutputStreamName, StreamTotal> totals = new EnumMap<>(OutputStreamName.class);
    streams.forEach(
        (name, stream) ->
            totals.put(name, stream.total(end.totals().getOrDefault(name, StreamTotal.NOTHING))));
    return new ExecutionResult(end.compile(), end.program(), end.error(), totals);
  }

  private final class Stream {
    private final OutputStreamName name;

    /** By this attachment. */
    private long seen;

    /** By any. */
    private long mostSeen;

    /** At most the limit. */
    private int passedOn;

    Stream(OutputStreamName name) {
      this.name = name;
    }

    void append(byte[] payload) {
      int known = (int) Math.max(0, Math.min(passedOn - seen, payload.length));
      seen += payload.length;
      mostSeen = Math.max(mostSeen, seen);
      // SAFETY: never negative, since no more than the limit was passed on.
      int room = Math.min(limit - passedOn, payload.length - known);
      if (room > 0) {
        passedOn += room;
        listener.output(name, Arrays.copyOfRange(payload, known, known + room));
      }
    }

    StreamTotal total(StreamTotal reported) {
      long bytes = Math.max(mostSeen, reported.bytes());
      return new StreamTotal(bytes, reported.truncated() || bytes > passedOn);
    }
  }
}
