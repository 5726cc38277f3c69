package dev.cloude.runtime.job;

/** The limit at which the compiler or the program was ended, in the words of the agent. */
public enum ReachedLimit {
  WALL,
  CPU,
  MEMORY,
  PROCESSES,
  OUTPUT,
  DISK,
  FILE_SIZE
}
