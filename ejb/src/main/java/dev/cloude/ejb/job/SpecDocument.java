package dev.cloude.ejb.job;

import dev.cloude.runtime.job.NetworkPolicy;
import java.util.List;
import java.util.Map;

/** How a job wants to be run, as it is stored. */
record SpecDocument(
    List<String> args,
    Map<String, String> env,
    List<String> compilerFlags,
    LimitsDocument limits,
    NetworkPolicy network,
    int vcpus) {

  static SpecDocument of(AcceptedJob accepted) {
    return new SpecDocument(
        accepted.job().args(),
        accepted.job().env(),
        accepted.job().compilerFlags(),
        LimitsDocument.of(accepted.limits()),
        accepted.network(),
        accepted.vcpus());
  }
}
