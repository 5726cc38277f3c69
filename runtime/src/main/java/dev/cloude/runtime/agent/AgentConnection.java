package dev.cloude.runtime.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * One connection to an agent, opened and used by one thread. {@link #close} may be called by any,
 * at any time and repeatedly, and ends at once what the other waits for, with an {@link
 * IOException}.
 */
public interface AgentConnection extends AutoCloseable {

  /**
   * Connects.
   *
   * @throws java.net.ConnectException when nobody listens there
   * @throws java.net.SocketTimeoutException when there is no answer in time
   */
  void open(Duration limit) throws IOException;

  /** Lets each read from the next one on wait for at most so long; at least 1 ms. */
  void readLimit(Duration limit) throws IOException;

  /** What the agent sends. A read to which nothing comes in time fails. */
  InputStream input() throws IOException;

  /** What the agent gets. A write waits for as long as the guest does not read. */
  OutputStream output() throws IOException;

  @Override
  void close();
}
