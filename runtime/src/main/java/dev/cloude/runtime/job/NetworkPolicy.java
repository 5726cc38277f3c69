package dev.cloude.runtime.job;

/** What a guest may reach. Ordered: a later one allows more. */
public enum NetworkPolicy {
  /** Nothing: it only answers the host. */
  NONE,
  /** Public addresses, behind its host's own. */
  NAT
}
