package dev.cloude.runtime.job;

import java.util.Map;
import java.util.Optional;

/**
 * How an execution ended, as its agent says. What it wrote went to its {@link ExecutionListener}.
 *
 * @param compile present when a compiler ran
 * @param program present when the program ran, or could not be started
 * @param error why the agent could not run it, or what ended last; a clause without a full stop
 * @param totals of every stream
 */
public record ExecutionResult(
    Optional<ProcessEnd> compile,
    Optional<ProcessEnd> program,
    Optional<String> error,
    Map<OutputStreamName, StreamTotal> totals) {
  public ExecutionResult {
    totals = Map.copyOf(totals);
  }

  /** Of one stream. */
  public StreamTotal total(OutputStreamName stream) {
    return totals.getOrDefault(stream, StreamTotal.NOTHING);
  }
}
