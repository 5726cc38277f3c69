package dev.cloude.ejb.job;

import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.ReachedLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Jobs and results for tests. */
public final class TestJobs {
  /** The defaults of a server without settings. */
  public static final LimitSettings LIMITS =
      LimitSettings.from(new Settings(name -> Optional.empty()));

  private TestJobs() {}

  /** A Python program of a client. */
  public static NewJob of(String client, String source) {
    return NewJob.of("python", source.getBytes(StandardCharsets.UTF_8), new byte[0], client);
  }

  /** The same with a key and labels. */
  public static NewJob with(NewJob job, Optional<String> key, Map<String, String> labels) {
    return new NewJob(
        job.language(),
        job.version(),
        job.files(),
        job.stdin(),
        job.args(),
        job.env(),
        job.compilerFlags(),
        job.limits(),
        job.network(),
        job.vcpus(),
        labels,
        job.expectedOutput(),
        job.client(),
        key);
  }

  /** The same with other wishes. */
  public static NewJob wanting(
      NewJob job, LimitRequest limits, Optional<NetworkPolicy> network, OptionalInt vcpus) {
    return new NewJob(
        job.language(),
        job.version(),
        job.files(),
        job.stdin(),
        job.args(),
        job.env(),
        job.compilerFlags(),
        limits,
        network,
        vcpus,
        job.labels(),
        job.expectedOutput(),
        job.client(),
        job.idempotencyKey());
  }

  /** A job with everything settled. */
  static AcceptedJob accepted(NewJob job) {
    return new AcceptedJob(job, LIMITS.defaults(), job.network().orElse(NetworkPolicy.NONE), 1);
  }

  /** A result with something in every field. */
  static JobResult fullResult() {
    StreamResult text = new StreamResult(new byte[] {'a', (byte) 0xff, 0}, 5000, true);
    return new JobResult(
        Verdict.RUNTIME_ERROR,
        OptionalInt.of(137),
        OptionalInt.of(9),
        Optional.of(ReachedLimit.MEMORY),
        text,
        StreamResult.EMPTY,
        Optional.of(
            new CompileResult(
                OptionalInt.of(0),
                OptionalInt.empty(),
                Optional.empty(),
                StreamResult.EMPTY,
                new StreamResult(new byte[] {'w'}, 1, false),
                Duration.ofMillis(7),
                Optional.of(Duration.ofMillis(6)),
                OptionalLong.of(456))),
        Optional.of(Duration.ofMillis(4)),
        Optional.of(Duration.ofNanos(5_000_000)),
        OptionalLong.of(123),
        Optional.of(Duration.ofMillis(1)),
        new PhaseTimings(
            Optional.of(Duration.ofMillis(1)),
            Optional.of(Duration.ofMillis(2)),
            Optional.of(Duration.ofMillis(8)),
            Optional.of(Duration.ofMillis(3)),
            Optional.of(Duration.ofMillis(7)),
            Optional.of(Duration.ofMillis(5)),
            Optional.empty()),
        Optional.of(
            new Receipt(
                Optional.of("k"),
                Optional.empty(),
                "s",
                LIMITS.ceilings(),
                NetworkPolicy.NAT,
                2,
                256,
                Map.of("cloude", "1"))),
        Optional.of("A sentence."));
  }

  /** A program that ended with 0. */
  public static JobResult accepted() {
    return new JobResult(
        Verdict.ACCEPTED,
        OptionalInt.of(0),
        OptionalInt.empty(),
        Optional.empty(),
        StreamResult.EMPTY,
        StreamResult.EMPTY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        PhaseTimings.NONE,
        Optional.empty(),
        Optional.empty());
  }
}
