package dev.cloude.bench.boot;

/**
 * How long one boot took, in nanoseconds.
 *
 * @param process until the process was there; 0 where none is started for a VM
 * @param firstInstruction from then on until the guest's first instruction
 * @param userSpace from the first instruction until the agent ran; 0 where nobody was told
 * @param agentReady from the first instruction until the agent answered
 * @param consoleBytes written by the guest to its serial port; 0 where nobody counts
 */
record Boot(
    long process, long firstInstruction, long userSpace, long agentReady, long consoleBytes) {
  double processMillis() {
    return process / 1e6;
  }

  double firstInstructionMillis() {
    return firstInstruction / 1e6;
  }

  double userSpaceMillis() {
    return userSpace / 1e6;
  }

  double agentReadyMillis() {
    return agentReady / 1e6;
  }

  double totalMillis() {
    return (process + firstInstruction + agentReady) / 1e6;
  }
}
