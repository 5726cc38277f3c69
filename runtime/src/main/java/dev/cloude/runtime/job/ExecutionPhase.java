package dev.cloude.runtime.job;

/** The parts of an execution, in order. */
public enum ExecutionPhase {
  COMPILE,
  RUN
}
