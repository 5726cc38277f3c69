package dev.cloude.web.answer;

import dev.cloude.api.v1.CompileBody;
import dev.cloude.api.v1.LimitsBody;
import dev.cloude.api.v1.ReceiptBody;
import dev.cloude.api.v1.ResultBody;
import dev.cloude.api.v1.TimingsBody;
import dev.cloude.ejb.job.CompileResult;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.PhaseTimings;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.runtime.job.Limits;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How jobs ended. */
final class Results {
  private Results() {}

  static ResultBody of(JobResult result) {
    return new ResultBody(
        result.verdict().wireName(),
        orNull(result.exitCode()),
        orNull(result.signal()),
        result.limit().map(WireNames::of).orElse(null),
        Streams.of(result.stdout()),
        Streams.of(result.stderr()),
        result.compile().map(Results::compile).orElse(null),
        WireNames.millis(result.cpu()),
        WireNames.millis(result.wall()),
        orNull(result.peakMemoryBytes()),
        WireNames.millis(result.lateness()),
        timings(result.timings()),
        result.receipt().map(Results::receipt).orElse(null),
        result.failure().orElse(null));
  }

  private static CompileBody compile(CompileResult compile) {
    return new CompileBody(
        orNull(compile.exitCode()),
        orNull(compile.signal()),
        compile.limit().map(WireNames::of).orElse(null),
        Streams.of(compile.stdout()),
        Streams.of(compile.stderr()),
        WireNames.millis(compile.wall()),
        WireNames.millis(compile.cpu()),
        orNull(compile.peakMemoryBytes()));
  }

  private static TimingsBody timings(PhaseTimings timings) {
    return new TimingsBody(
        WireNames.millis(timings.queued()),
        WireNames.millis(timings.vmCreated()),
        WireNames.millis(timings.kernel()),
        WireNames.millis(timings.agentReady()),
        WireNames.millis(timings.compile()),
        WireNames.millis(timings.run()),
        WireNames.millis(timings.teardown()));
  }

  private static ReceiptBody receipt(Receipt receipt) {
    return new ReceiptBody(
        receipt.kernelSha256().orElse(null),
        receipt.imageFingerprint().orElse(null),
        receipt.sourceSha256(),
        limits(receipt.limits()),
        WireNames.of(receipt.network()),
        receipt.vcpus(),
        receipt.memoryMib(),
        receipt.versions());
  }

  private static LimitsBody limits(Limits limits) {
    return new LimitsBody(
        limits.compileWall().toMillis(),
        limits.runWall().toMillis(),
        limits.cpu().map(cpu -> cpu.toMillis()).orElse(null),
        orNull(limits.memoryBytes()),
        orNull(limits.processes()),
        limits.outputBytes(),
        orNull(limits.fileSizeBytes()),
        orNull(limits.diskBytes()));
  }

  static Integer orNull(OptionalInt value) {
    return value.isPresent() ? Integer.valueOf(value.getAsInt()) : null;
  }

  static Long orNull(OptionalLong value) {
    return value.isPresent() ? Long.valueOf(value.getAsLong()) : null;
  }
}
