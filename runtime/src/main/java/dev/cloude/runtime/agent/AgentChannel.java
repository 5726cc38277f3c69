package dev.cloude.runtime.agent;

/** The way to one guest's agent. Safe for use by many threads. */
@FunctionalInterface
public interface AgentChannel {

  /** A connection that is still to be opened. */
  AgentConnection newConnection();
}
