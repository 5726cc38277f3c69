package dev.cloude.ejb.job;

import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.ReachedLimit;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A {@link JobResult} as it is stored, but for its verdict and sentence, which are in the job's
 * row, and the streams' bytes, which have columns of their own. Times are microseconds.
 */
record ResultDocument(
    Ended program,
    Ended compile,
    Stream stdout,
    Stream stderr,
    Stream compileStdout,
    Stream compileStderr,
    Long lateness,
    Timings timings,
    ReceiptDocument receipt) {

  record Ended(
      Integer exitCode, Integer signal, ReachedLimit limit, Long wall, Long cpu, Long memory) {}

  record Stream(long total, boolean truncated) {
    static Stream of(StreamResult stream) {
      return new Stream(stream.totalBytes(), stream.truncated());
    }

    StreamResult with(byte[] bytes) {
      return new StreamResult(bytes == null ? new byte[0] : bytes, total, truncated);
    }
  }

  record Timings(
      Long queued,
      Long vmCreated,
      Long kernel,
      Long agentReady,
      Long compile,
      Long run,
      Long teardown) {}

  record ReceiptDocument(
      String kernel,
      String image,
      String source,
      LimitsDocument limits,
      NetworkPolicy network,
      int vcpus,
      int memoryMib,
      Map<String, String> versions) {}

  static ResultDocument of(JobResult result) {
    Optional<CompileResult> compile = result.compile();
    PhaseTimings timings = result.timings();
    return new ResultDocument(
        new Ended(
            boxed(result.exitCode()),
            boxed(result.signal()),
            result.limit().orElse(null),
            micros(result.wall()),
            micros(result.cpu()),
            LimitsDocument.boxed(result.peakMemoryBytes())),
        compile
            .map(
                end ->
                    new Ended(
                        boxed(end.exitCode()),
                        boxed(end.signal()),
                        end.limit().orElse(null),
                        micros(Optional.of(end.wall())),
                        micros(end.cpu()),
                        LimitsDocument.boxed(end.peakMemoryBytes())))
            .orElse(null),
        Stream.of(result.stdout()),
        Stream.of(result.stderr()),
        compile.map(end -> Stream.of(end.stdout())).orElse(null),
        compile.map(end -> Stream.of(end.stderr())).orElse(null),
        micros(result.lateness()),
        new Timings(
            micros(timings.queued()),
            micros(timings.vmCreated()),
            micros(timings.kernel()),
            micros(timings.agentReady()),
            micros(timings.compile()),
            micros(timings.run()),
            micros(timings.teardown())),
        result
            .receipt()
            .map(
                receipt ->
                    new ReceiptDocument(
                        receipt.kernelSha256().orElse(null),
                        receipt.imageFingerprint().orElse(null),
                        receipt.sourceSha256(),
                        LimitsDocument.of(receipt.limits()),
                        receipt.network(),
                        receipt.vcpus(),
                        receipt.memoryMib(),
                        receipt.versions()))
            .orElse(null));
  }

  ResultDocument withTeardown(Duration teardown) {
    return new ResultDocument(
        program,
        compile,
        stdout,
        stderr,
        compileStdout,
        compileStderr,
        lateness,
        new Timings(
            timings.queued,
            timings.vmCreated,
            timings.kernel,
            timings.agentReady,
            timings.compile,
            timings.run,
            micros(Optional.of(teardown))),
        receipt);
  }

  JobResult result(Verdict verdict, Optional<String> failure, StoredResult bytes) {
    return new JobResult(
        verdict,
        unboxedInt(program.exitCode),
        unboxedInt(program.signal),
        Optional.ofNullable(program.limit),
        stdout.with(bytes.stdout()),
        stderr.with(bytes.stderr()),
        compile == null ? Optional.empty() : Optional.of(compileResult(bytes)),
        duration(program.cpu),
        duration(program.wall),
        LimitsDocument.unboxed(program.memory),
        duration(lateness),
        new PhaseTimings(
            duration(timings.queued),
            duration(timings.vmCreated),
            duration(timings.kernel),
            duration(timings.agentReady),
            duration(timings.compile),
            duration(timings.run),
            duration(timings.teardown)),
        Optional.ofNullable(receipt).map(ResultDocument::receipt),
        failure);
  }

  private CompileResult compileResult(StoredResult bytes) {
    return new CompileResult(
        unboxedInt(compile.exitCode),
        unboxedInt(compile.signal),
        Optional.ofNullable(compile.limit),
        compileStdout.with(bytes.compileStdout()),
        compileStderr.with(bytes.compileStderr()),
        duration(compile.wall).orElse(Duration.ZERO),
        duration(compile.cpu),
        LimitsDocument.unboxed(compile.memory));
  }

  private static Receipt receipt(ReceiptDocument stored) {
    return new Receipt(
        Optional.ofNullable(stored.kernel),
        Optional.ofNullable(stored.image),
        stored.source,
        stored.limits.limits(),
        stored.network,
        stored.vcpus,
        stored.memoryMib,
        stored.versions);
  }

  private static Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static OptionalInt unboxedInt(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static Long micros(Optional<Duration> time) {
    return time.map(duration -> duration.toNanos() / 1000).orElse(null);
  }

  private static Optional<Duration> duration(Long micros) {
    return micros == null ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }
}
