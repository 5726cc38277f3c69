package dev.cloude.ejb.job;

import java.util.EnumSet;
import java.util.Set;

/** The states of a job and the only ways between them. */
public enum JobState {
  /** Accepted and stored; nobody runs it yet. */
  PENDING,
  /** Claimed by a node, which makes a VM for it, or has one. */
  RUNNING,
  /** The program ran to its end or to its time limit. */
  DONE,
  /** The platform failed; the job says why. */
  ERROR;

  private Set<JobState> next() {
    return switch (this) {
      case PENDING -> EnumSet.of(RUNNING);
      case RUNNING -> EnumSet.of(DONE, ERROR);
      case DONE, ERROR -> EnumSet.noneOf(JobState.class);
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
