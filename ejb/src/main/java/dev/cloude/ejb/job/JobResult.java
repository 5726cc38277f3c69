package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ReachedLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a job ended.
 *
 * @param verdict what became of it
 * @param exitCode the program's own; 128 + n for signal n; 124 when it was out of wall time; absent
 *     when it was not run or its end is not known
 * @param signal that killed it
 * @param limit at which it was ended
 * @param stdout what the program wrote until the end, whatever the end was
 * @param stderr as {@code stdout}
 * @param compile present when a compiler ran
 * @param cpu processor time of the program, when the guest could measure it
 * @param wall wall time of the program
 * @param peakMemoryBytes of the program, when the guest could measure it
 * @param lateness how long after its own deadline the host had ended it; present only when it had
 *     to
 * @param timings where the time went
 * @param receipt what was run; absent when it was cancelled while it waited
 * @param failure a sentence; present when the verdict is not about the program, and when there is
 *     more to say than the verdict does
 */
public record JobResult(
    Verdict verdict,
    OptionalInt exitCode,
    OptionalInt signal,
    Optional<ReachedLimit> limit,
    StreamResult stdout,
    StreamResult stderr,
    Optional<CompileResult> compile,
    Optional<Duration> cpu,
    Optional<Duration> wall,
    OptionalLong peakMemoryBytes,
    Optional<Duration> lateness,
    PhaseTimings timings,
    Optional<Receipt> receipt,
    Optional<String> failure) {

  /** The end of a job of which nothing more is known than a sentence. */
  static JobResult ended(Verdict verdict, String sentence, PhaseTimings timings) {
    return new JobResult(
        verdict,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        StreamResult.EMPTY,
        StreamResult.EMPTY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        timings,
        Optional.empty(),
        Optional.of(sentence));
  }

  /** Of everything that was written. */
  long outputBytes() {
    long compiler =
        compile
            .map(end -> end.stdout().bytes().length + (long) end.stderr().bytes().length)
            .orElse(0L);
    return compiler + stdout.bytes().length + stderr.bytes().length;
  }
}
