package dev.cloude.runtime.config;

import dev.cloude.runtime.job.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a job gets that asks for nothing, and the most that one may ask for.
 *
 * @param defaults as they hold
 * @param ceilings every one is present
 * @param vcpus processors by default ({@code VM_VCPUS})
 * @param vcpusCeiling most processors ({@code LIMIT_VCPUS_MAX})
 */
public record LimitSettings(Limits defaults, Limits ceilings, int vcpus, int vcpusCeiling) {
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_MIB = 1 << 20;
  private static final long MIB = 1 << 20;
  private static final int KIB = 1 << 10;

  /** The agent's own, see docs/agent-protocol.md. */
  private static final int MOST_OUTPUT_KIB = 16 * 1024;

  /** Reads and checks defaults and ceilings. */
  public static LimitSettings from(Settings settings) {
    int run = settings.number("AGENT_EXEC_TIMEOUT_SECS", 30, 1, 3600);
    int compile = settings.number("AGENT_COMPILE_TIMEOUT_SECS", run, 1, 3600);
    int vcpus = settings.number("VM_VCPUS", 1, 1, 32);
    int output = settings.number("LIMIT_OUTPUT_KIB", 1024, 1, MOST_OUTPUT_KIB);
    int compileMost = most(settings, "LIMIT_COMPILE_WALL_MAX_SECS", 300, compile, MOST_SECONDS);
    int runMost = most(settings, "LIMIT_RUN_WALL_MAX_SECS", 300, run, MOST_SECONDS);
    int outputMost = most(settings, "LIMIT_OUTPUT_MAX_KIB", 4096, output, MOST_OUTPUT_KIB);
    Optional<Integer> cpu = settings.optionalNumber("LIMIT_CPU_SECS", 1, MOST_SECONDS);
    Optional<Integer> memory = settings.optionalNumber("LIMIT_MEMORY_MIB", 4, MOST_MIB);
    Optional<Integer> processes = settings.optionalNumber("LIMIT_PROCESSES", 1, 32_768);
    Optional<Integer> fileSize = settings.optionalNumber("LIMIT_FILE_SIZE_MIB", 1, MOST_MIB);
    Optional<Integer> disk = settings.optionalNumber("LIMIT_DISK_MIB", 1, MOST_MIB);
    return new LimitSettings(
        new Limits(
            Duration.ofSeconds(compile),
            Duration.ofSeconds(run),
            cpu.map(Duration::ofSeconds),
            bytes(memory),
            processes.map(OptionalInt::of).orElse(OptionalInt.empty()),
            output * KIB,
            bytes(fileSize),
            bytes(disk)),
        new Limits(
            Duration.ofSeconds(compileMost),
            Duration.ofSeconds(runMost),
            Optional.of(
                Duration.ofSeconds(
                    most(settings, "LIMIT_CPU_MAX_SECS", 300, cpu.orElse(1), MOST_SECONDS))),
            OptionalLong.of(
                MIB * most(settings, "LIMIT_MEMORY_MAX_MIB", 2048, memory.orElse(4), MOST_MIB)),
            OptionalInt.of(
                most(settings, "LIMIT_PROCESSES_MAX", 1024, processes.orElse(1), 32_768)),
            outputMost * KIB,
            OptionalLong.of(
                MIB
                    * most(
                        settings, "LIMIT_FILE_SIZE_MAX_MIB", 1024, fileSize.orElse(1), MOST_MIB)),
            OptionalLong.of(
                MIB * most(settings, "LIMIT_DISK_MAX_MIB", 1024, disk.orElse(1), MOST_MIB))),
        vcpus,
        most(settings, "LIMIT_VCPUS_MAX", 4, vcpus, 32));
  }

  /**
   * A ceiling is never below its default: unless set, it gives way; set below it, it is refused.
   */
  private static int most(Settings settings, String name, int byDefault, int least, int greatest) {
    return settings.number(name, Math.max(byDefault, least), least, greatest);
  }

  private static OptionalLong bytes(Optional<Integer> mib) {
    return mib.isPresent() ? OptionalLong.of(mib.get() * MIB) : OptionalLong.empty();
  }
}
