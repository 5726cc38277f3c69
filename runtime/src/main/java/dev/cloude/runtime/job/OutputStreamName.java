package dev.cloude.runtime.job;

/** The streams that an execution writes. */
public enum OutputStreamName {
  /** The program's standard output. */
  STDOUT,
  /** The program's standard error. */
  STDERR,
  /** The compiler's standard output. */
  COMPILE_STDOUT,
  /** The compiler's standard error. */
  COMPILE_STDERR
}
