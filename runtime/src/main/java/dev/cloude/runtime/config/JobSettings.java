package dev.cloude.runtime.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What happens to jobs before and after they run, and to this node's when it ends.
 *
 * @param queueLimit most jobs that may wait ({@code JOB_QUEUE_LIMIT})
 * @param retention how long a job is kept after its end ({@code JOB_RETENTION_SECS})
 * @param retentionBytes most bytes that finished jobs have together before the oldest ones go
 *     ({@code JOB_RETENTION_MIB})
 * @param restartPolicy what becomes of jobs that a node held when it ended ({@code
 *     JOB_RESTART_POLICY})
 * @param drain how long a node that stops lets its jobs go on ({@code DRAIN_SECS})
 * @param nodeId the node's name among all that share the database; empty when it is derived from
 *     the host and the bridge ({@code NODE_ID})
 * @param deadAfter how long another node may show no sign of life ({@code NODE_DEAD_SECS})
 */
public record JobSettings(
    int queueLimit,
    Duration retention,
    long retentionBytes,
    RestartPolicy restartPolicy,
    Duration drain,
    Optional<String> nodeId,
    Duration deadAfter) {
  private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final long MIB = 1 << 20;

  /** What becomes of a job whose node ended while it held it. */
  public enum RestartPolicy {
    /** It waits again, once; the second time it fails. */
    REQUEUE,
    /** It fails. */
    FAIL
  }

  /** Reads and checks the jobs' settings. */
  public static JobSettings from(Settings settings) {
    Optional<String> nodeId = settings.text("NODE_ID");
    if (nodeId.isPresent() && !NODE_ID.matcher(nodeId.get()).matches()) {
      throw new SettingException("NODE_ID", nodeId.get(), "1 to 64 of A-Z a-z 0-9 . _ -");
    }
    return new JobSettings(
        settings.number("JOB_QUEUE_LIMIT", 10_000, 1, 10_000_000),
        Duration.ofSeconds(settings.number("JOB_RETENTION_SECS", 3600, 1, 31_536_000)),
        MIB * settings.number("JOB_RETENTION_MIB", 1024, 1, 1 << 20),
        settings.choice("JOB_RESTART_POLICY", RestartPolicy.REQUEUE),
        Duration.ofSeconds(settings.number("DRAIN_SECS", 10, 0, 3600)),
        nodeId,
        Duration.ofSeconds(settings.number("NODE_DEAD_SECS", 30, 10, 3600)));
  }
}
