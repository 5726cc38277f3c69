package dev.cloude.ejb.job;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The states of a job and the only ways between them. */
public enum JobState {
  /** Accepted and stored; nobody runs it yet, or not any more. */
  QUEUED,
  /** Claimed by a node, which makes a VM for it. */
  BOOTING,
  /** Its compiler runs. */
  COMPILING,
  /** Its program runs. */
  RUNNING,
  /** Nothing changes any more; the verdict says what became of it. */
  FINISHED;

  private static final Set<JobState> ACTIVE =
      Collections.unmodifiableSet(EnumSet.of(BOOTING, COMPILING, RUNNING));

  /** The states in which a node holds the job. */
  public static Set<JobState> active() {
    return ACTIVE;
  }

  private Set<JobState> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(BOOTING, FINISHED);
      case BOOTING -> EnumSet.of(COMPILING, RUNNING, FINISHED, QUEUED);
      case COMPILING -> EnumSet.of(RUNNING, FINISHED, QUEUED);
      case RUNNING -> EnumSet.of(FINISHED, QUEUED);
      case FINISHED -> EnumSet.noneOf(JobState.class);
    };
  }

  /** Whether a job may go from this state to the other. */
  public boolean canBecome(JobState other) {
    return next().contains(other);
  }

  /** Whether nothing comes after this state. */
  public boolean isFinal() {
    return next().isEmpty();
  }

  /** Whether a node holds a job in this state. */
  public boolean isActive() {
    return ACTIVE.contains(this);
  }

  /** As it stands in answers: {@code booting}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The step from this state to the other.
   *
   * @return the other state
   * @throws IllegalStateException if there is no such step
   */
  public JobState to(JobState other) {
    if (!canBecome(other)) {
      throw new IllegalStateException(
          "A job that is %s cannot become %s; it can become %s.".formatted(this, other, next()));
    }
    return other;
  }
}
