package dev.cloude.bench.boot;

/**
 * How long one boot took, in nanoseconds.
 *
 * @param process until the process was there; 0 where none is started for a VM
 * @param created until memory and devices were there; 0 where nobody tells
 * @param loaded from then on until kernel and image were; 0 where nobody tells
 * @param firstInstruction until the guest's first instruction, from the end of {@code process} on
 * @param userSpace from the first instruction until the agent ran; 0 where nobody was told
 * @param agentReady from the first instruction until the agent answered
 * @param consoleBytes written by the guest to its serial port; 0 where nobody counts
 */
record Boot(
    long process,
    long created,
    long loaded,
    long firstInstruction,
    long userSpace,
    long agentReady,
    long consoleBytes) {
  double processMillis() {
    return process / 1e6;
  }

  double createdMillis() {
    return created / 1e6;
  }

  double loadedMillis() {
    return loaded / 1e6;
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
