package dev.cloude.runtime.job;

/** What a guest may reach. Ordered: a later one allows more. */
public enum NetworkPolicy {
  /** Nothing: it only answers the host. Where that needs no network, it has none. */
  NONE,
  /** Public addresses, behind its host's own. */
  NAT
}
