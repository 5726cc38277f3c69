package dev.cloude.web.job;

import dev.cloude.api.JobStatus;
import dev.cloude.ejb.job.CompileResult;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.PhaseTimings;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.web.json.Utf8;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns a job into the wire record of the original {@code GET /status/{id}}. */
final class StatusBody {
  private static final Optional<ReachedLimit> WALL = Optional.of(ReachedLimit.WALL);

  /** As {@code timeout(1)} says it, for a program whose end the host never heard of. */
  private static final int TIMED_OUT = 124;

  private StatusBody() {}

  static JobStatus of(JobView job) {
    return switch (job.state()) {
      case QUEUED -> unfinished(job, JobStatus.PENDING);
      case BOOTING, COMPILING, RUNNING -> unfinished(job, JobStatus.RUNNING);
      case FINISHED -> finished(job, job.result().orElseThrow());
    };
  }

  private static JobStatus unfinished(JobView job, String status) {
    return new JobStatus(job.id(), status, null, null, null, null, null, null, null, null);
  }

  private static JobStatus finished(JobView job, JobResult result) {
    return result.verdict().isAboutTheProgram()
        ? done(job, result)
        : error(job, result.failure().orElseThrow());
  }

  private static JobStatus error(JobView job, String reason) {
    return new JobStatus(
        job.id(), JobStatus.ERROR, null, null, reason, null, null, null, null, null);
  }

  private static JobStatus done(JobView job, JobResult result) {
    // The original knows one output: that of the compiler when it refused the source.
    Optional<CompileResult> refusal = result.compile().filter(compile -> !compile.succeeded());
    StreamResult stdout = refusal.map(CompileResult::stdout).orElse(result.stdout());
    StreamResult stderr = refusal.map(CompileResult::stderr).orElse(result.stderr());
    boolean timedOut =
        refusal.map(CompileResult::limit).orElse(result.limit()).equals(WALL)
            || result.verdict() == Verdict.TIME_LIMIT
            || isKilledInTime(result);
    return new JobStatus(
        job.id(),
        JobStatus.DONE,
        refusal.map(CompileResult::exitCode).orElse(result.exitCode()).orElse(TIMED_OUT),
        Utf8.text(stdout.bytes()),
        Utf8.text(stderr.bytes()),
        Utf8.base64(stdout.bytes()),
        Utf8.base64(stderr.bytes()),
        stdout.truncated() || stderr.truncated() ? true : null,
        timedOut ? true : null,
        timings(result.timings()));
  }

  /** Out of time as well as at another limit; a program's own exit code comes without a signal. */
  private static boolean isKilledInTime(JobResult result) {
    return result.exitCode().equals(OptionalInt.of(TIMED_OUT)) && result.signal().isPresent();
  }

  private static Map<String, Double> timings(PhaseTimings timings) {
    Map<String, Double> millis = new LinkedHashMap<>();
    timings.queued().ifPresent(queued -> millis.put("queued", millis(queued)));
    millis.put("vm_created", millis(timings.vmCreated().orElse(Duration.ZERO)));
    millis.put("agent_ready", millis(timings.agentReady().orElse(Duration.ZERO)));
    millis.put("compile", millis(timings.compile().orElse(Duration.ZERO)));
    millis.put("run", millis(timings.run().orElse(Duration.ZERO)));
    return millis;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1000 / 1000.0;
  }
}
