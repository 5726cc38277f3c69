package dev.cloude.ejb.job;

import java.util.Locale;

/** What became of a job, in one word; docs/verdicts.md says how each comes about. */
public enum Verdict {
  /** It ran, ended with 0, and wrote what was expected, if that was said. */
  ACCEPTED,
  /** It ran, ended with 0, and wrote something else than was expected. */
  WRONG_ANSWER,
  /** It ended with another exit code than 0, or by a signal. */
  RUNTIME_ERROR,
  /** The compiler refused the source, or reached one of its own limits. */
  COMPILE_ERROR,
  /** It was out of wall time. */
  TIME_LIMIT,
  /** It was out of processor time. */
  CPU_LIMIT,
  /** It wanted more memory than it may have. */
  MEMORY_LIMIT,
  /** It wanted more processes than it may have. */
  PROCESS_LIMIT,
  /** It wrote more to a stream than it may. */
  OUTPUT_LIMIT,
  /** It wrote more to files than it may. */
  DISK_LIMIT,
  /** Its guest ended before it: switched off, restarted, panicked or made useless. */
  GUEST_CRASHED,
  /** A client ended it. */
  CANCELLED,
  /** The platform failed; the job says how. */
  PLATFORM_ERROR;

  /** As it stands in answers: {@code wrong_answer}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the program's own end is known; otherwise there is a sentence instead. */
  public boolean isAboutTheProgram() {
    return switch (this) {
      case GUEST_CRASHED, CANCELLED, PLATFORM_ERROR -> false;
      default -> true;
    };
  }
}
