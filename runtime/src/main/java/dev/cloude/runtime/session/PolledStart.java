package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.Deadline;
import java.time.Duration;

/**
 * Asks until the agent answers: over the network, a guest cannot say that it is there.
 *
 * @param agent to ask
 * @param end of its VM
 */
record PolledStart(AgentClient agent, VmEnd end) implements AgentStart {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration SHORTEST_CONNECT = Duration.ofMillis(10);
  private static final Duration LONGEST_CONNECT = Duration.ofMillis(250);

  @Override
  public boolean await(Deadline deadline) throws InterruptedException {
    while (!agent.isHealthy(connectLimit(deadline.elapsed()), deadline)) {
      if (end.comesWithin(PAUSE) || deadline.isOver()) {
        return false;
      }
    }
    return true;
  }

  /**
   * A guest without a network yet drops the request to connect, and the next one is sent only when
   * this one is given up: soon in a fast boot, later in a slow one, where answers are slow too.
   */
  private static Duration connectLimit(Duration elapsed) {
    Duration limit = SHORTEST_CONNECT.plus(elapsed.dividedBy(20));
    return limit.compareTo(LONGEST_CONNECT) < 0 ? limit : LONGEST_CONNECT;
  }
}
