package dev.cloude.web.job;

import dev.cloude.api.JobStatus;
import dev.cloude.ejb.job.JobView;
import dev.cloude.runtime.job.ExecutionResult;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns a job into the wire record of the original {@code GET /status/{id}}. */
final class StatusBody {
  private StatusBody() {}

  static JobStatus of(JobView job) {
    return switch (job.state()) {
      case PENDING -> unfinished(job, JobStatus.PENDING);
      case RUNNING -> unfinished(job, JobStatus.RUNNING);
      case DONE -> done(job, job.result().orElseThrow());
      case ERROR -> error(job);
    };
  }

  private static JobStatus unfinished(JobView job, String status) {
    return new JobStatus(job.id(), status, null, null, null, null, null, null, null, null);
  }

  private static JobStatus error(JobView job) {
    String reason = job.failure().orElseThrow();
    return new JobStatus(
        job.id(), JobStatus.ERROR, null, null, reason, null, null, null, null, null);
  }

  private static JobStatus done(JobView job, ExecutionResult result) {
    return new JobStatus(
        job.id(),
        JobStatus.DONE,
        result.exitCode(),
        text(result.stdout()),
        text(result.stderr()),
        base64(result.stdout()),
        base64(result.stderr()),
        result.stdoutTruncated() || result.stderrTruncated() ? true : null,
        result.timedOut() ? true : null,
        timings(job, result.timings()));
  }

  /** U+FFFD for what is not UTF-8. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Null for UTF-8, which the text carries without loss. */
  private static String base64(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return null;
    } catch (CharacterCodingException e) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  private static Map<String, Double> timings(JobView job, ExecutionResult.Timings timings) {
    Map<String, Double> millis = new LinkedHashMap<>();
    job.startedAt()
        .ifPresent(
            started -> millis.put("queued", millis(Duration.between(job.createdAt(), started))));
    millis.put("vm_created", millis(timings.vmCreated()));
    millis.put("agent_ready", millis(timings.agentReady()));
    millis.put("compile", millis(timings.compile()));
    millis.put("run", millis(timings.run()));
    return millis;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1000 / 1000.0;
  }
}
