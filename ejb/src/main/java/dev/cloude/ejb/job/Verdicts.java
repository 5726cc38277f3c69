package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.job.ReachedLimit;

/** Finds the verdict on an attempt; docs/verdicts.md has the same as a table. */
public final class Verdicts {
  /** The agent could not start the command, or found none: as a shell's exit codes. */
  private static final int CANNOT_EXECUTE = 126;

  private static final int NOT_FOUND = 127;

  private Verdicts() {}

  /** The verdict on these facts. */
  public static Verdict of(AttemptFacts facts) {
    if (facts.reported().isPresent()) {
      return reported(facts, facts.reported().get());
    }
    if (facts.cancelled()) {
      return Verdict.CANCELLED;
    }
    Code failure = facts.failure().orElse(Code.INTERNAL);
    // Nothing of the client's ran before a phase began: whatever it was, it was not the program.
    return facts.reached().isEmpty()
        ? Verdict.PLATFORM_ERROR
        : broken(failure, facts.reached().get());
  }

  private static Verdict reported(AttemptFacts facts, ExecutionResult result) {
    if (result.program().isEmpty()) {
      return result.error().isPresent() ? Verdict.PLATFORM_ERROR : Verdict.COMPILE_ERROR;
    }
    ProcessEnd program = result.program().get();
    if (result.error().isPresent()) {
      return notStarted(result, program);
    }
    if (program.limit().isPresent()) {
      return of(program.limit().get());
    }
    if (facts.truncated() || result.total(OutputStreamName.STDERR).truncated()) {
      return Verdict.OUTPUT_LIMIT;
    }
    if (!program.succeeded()) {
      return Verdict.RUNTIME_ERROR;
    }
    boolean asExpected =
        facts
            .expectedOutput()
            .map(expected -> ExpectedOutput.matches(expected, facts.stdout()))
            .orElse(true);
    return asExpected ? Verdict.ACCEPTED : Verdict.WRONG_ANSWER;
  }

  /** A compiler that succeeded without making the program is its source's fault. */
  private static Verdict notStarted(ExecutionResult result, ProcessEnd program) {
    boolean command = program.exitCode() == NOT_FOUND || program.exitCode() == CANNOT_EXECUTE;
    return command && result.compile().isPresent() ? Verdict.RUNTIME_ERROR : Verdict.PLATFORM_ERROR;
  }

  private static Verdict of(ReachedLimit limit) {
    return switch (limit) {
      case WALL -> Verdict.TIME_LIMIT;
      case CPU -> Verdict.CPU_LIMIT;
      case MEMORY -> Verdict.MEMORY_LIMIT;
      case PROCESSES -> Verdict.PROCESS_LIMIT;
      case OUTPUT -> Verdict.OUTPUT_LIMIT;
      case DISK, FILE_SIZE -> Verdict.DISK_LIMIT;
    };
  }

  private static Verdict broken(Code failure, ExecutionPhase reached) {
    boolean compiling = reached == ExecutionPhase.COMPILE;
    return switch (failure) {
      case EXECUTION_DEADLINE -> compiling ? Verdict.COMPILE_ERROR : Verdict.TIME_LIMIT;
      case GUEST_OUT_OF_MEMORY -> compiling ? Verdict.COMPILE_ERROR : Verdict.MEMORY_LIMIT;
      case GUEST_POWERED_OFF,
          GUEST_REBOOTED,
          GUEST_PANICKED,
          GUEST_CRASHED,
          AGENT_GONE,
          AGENT_PROTOCOL ->
          Verdict.GUEST_CRASHED;
      case KERNEL_MISSING,
          IMAGE_MISSING,
          NETWORK_FAILED,
          DRIVER_UNAVAILABLE,
          VM_START_FAILED,
          AGENT_SILENT,
          AGENT_FAILED,
          INTERRUPTED,
          INTERNAL ->
          Verdict.PLATFORM_ERROR;
    };
  }
}
