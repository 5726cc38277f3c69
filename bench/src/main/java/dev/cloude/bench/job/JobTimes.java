package dev.cloude.bench.job;

/**
 * Where the time of one job went, in nanoseconds; each from the end of the one before.
 *
 * @param attach until the VM's files are found and its network device, if any, is there
 * @param start until the VM's processor runs
 * @param kernel until the guest's first process; 0 where nobody was told
 * @param agent until the agent's answer is seen
 * @param program until the program's first output is seen
 * @param result until its end is
 * @param cleanup until nothing of the VM is left
 */
record JobTimes(
    long attach, long start, long kernel, long agent, long program, long result, long cleanup) {
  /** From the job's begin to its result. */
  long total() {
    return attach + start + kernel + agent + program + result;
  }
}
