package dev.cloude.ejb.job;

import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Settles what a job wishes, within the node's ceilings. */
public final class LimitCheck {
  /** Less is not measured well by anybody. */
  private static final long LEAST_MILLIS = 10;

  /** Less holds no process. */
  private static final long LEAST_MEMORY = 1 << 20;

  private final LimitSettings settings;
  private final NetworkPolicy mostNetwork;

  public LimitCheck(LimitSettings settings, NetworkSettings network) {
    this.settings = settings;
    this.mostNetwork = network.policy();
  }

  /**
   * A job with everything settled.
   *
   * @param ofLanguage what its language's entry says in place of the node's defaults, by the API's
   *     names; where it is above a ceiling, the ceiling holds
   * @throws LimitExceededException naming the first field that is out of its bounds
   */
  public AcceptedJob accept(NewJob job, Map<String, Long> ofLanguage)
      throws LimitExceededException {
    NetworkPolicy network = job.network().orElse(mostNetwork);
    if (network.compareTo(mostNetwork) > 0) {
      throw new LimitExceededException("network", wire(network), "none", wire(mostNetwork));
    }
    int vcpus = job.vcpus().orElse(settings.vcpus());
    within("vcpus", vcpus, 1, settings.vcpusCeiling());
    return new AcceptedJob(job, limits(job.limits(), ofLanguage), network, vcpus);
  }

  private Limits limits(LimitRequest wish, Map<String, Long> ofLanguage)
      throws LimitExceededException {
    Limits most = settings.ceilings();
    Limits byDefault = new LanguageLimits(ofLanguage, most).over(settings.defaults());
    return new Limits(
        time("compile_wall_ms", wish.compileWall(), most.compileWall())
            .orElse(byDefault.compileWall()),
        time("run_wall_ms", wish.runWall(), most.runWall()).orElse(byDefault.runWall()),
        time("cpu_ms", wish.cpu(), most.cpu().orElseThrow()).or(byDefault::cpu),
        bytes("memory_bytes", wish.memoryBytes(), LEAST_MEMORY, most.memoryBytes())
            .orElse(byDefault.memoryBytes()),
        count("processes", wish.processes(), most.processes().getAsInt())
            .orElse(byDefault.processes()),
        count("output_bytes", wish.outputBytes(), most.outputBytes())
            .orElse(OptionalInt.of(byDefault.outputBytes()))
            .getAsInt(),
        bytes("file_size_bytes", wish.fileSizeBytes(), 1, most.fileSizeBytes())
            .orElse(byDefault.fileSizeBytes()),
        bytes("disk_bytes", wish.diskBytes(), 1, most.diskBytes()).orElse(byDefault.diskBytes()));
  }

  private static Optional<Duration> time(String field, Optional<Duration> wish, Duration most)
      throws LimitExceededException {
    if (wish.isPresent()) {
      // SAFETY: what does not fit into milliseconds is above every ceiling.
      long millis =
          wish.get().compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : wish.get().toMillis();
      within("limits." + field, millis, LEAST_MILLIS, most.toMillis());
    }
    return wish;
  }

  private static Optional<OptionalLong> bytes(
      String field, OptionalLong wish, long least, OptionalLong most)
      throws LimitExceededException {
    if (wish.isEmpty()) {
      return Optional.empty();
    }
    within("limits." + field, wish.getAsLong(), least, most.getAsLong());
    return Optional.of(wish);
  }

  private static Optional<OptionalInt> count(String field, OptionalInt wish, int most)
      throws LimitExceededException {
    if (wish.isEmpty()) {
      return Optional.empty();
    }
    within("limits." + field, wish.getAsInt(), 1, most);
    return Optional.of(wish);
  }

  private static void within(String field, long value, long least, long most)
      throws LimitExceededException {
    if (value < least || value > most) {
      throw new LimitExceededException(
          field, Long.toString(value), Long.toString(least), Long.toString(most));
    }
  }

  private static String wire(NetworkPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }
}
