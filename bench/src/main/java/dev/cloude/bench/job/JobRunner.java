package dev.cloude.bench.job;

/** Runs one job after another in one way. */
@FunctionalInterface
interface JobRunner {
  /** {@link IllegalStateException} when the job did not print what it must. */
  JobTimes run();
}
