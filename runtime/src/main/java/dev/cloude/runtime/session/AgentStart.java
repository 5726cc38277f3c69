package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentException;
import dev.cloude.runtime.agent.Deadline;

/** How it becomes known that an agent answers. */
@FunctionalInterface
interface AgentStart {

  /**
   * Waits until the agent answers, its VM has ended, or the time is over. Called once.
   *
   * @return whether it answers
   * @throws AgentException when what it says cannot be understood
   */
  boolean await(Deadline deadline) throws AgentException, InterruptedException;
}
