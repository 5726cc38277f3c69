package dev.cloude.vmm.child;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * What is to be said to a child, and the thread that says it: a child that does not read holds up
 * that thread and nobody else. What waits is bounded: words by those who say them, once each;
 * connections stand here once each, and are asked what they have when it is their turn. Any thread.
 * Its lock is the last in any order.
 */
final class Outgoing implements AutoCloseable {
  private final MessageWriter out;
  private final Thread thread;

  // All guarded by this.
  private final Queue<Message> words = new ArrayDeque<>();
  private final Queue<RemoteConnection> ready = new ArrayDeque<>();
  private boolean closed;

  Outgoing(MessageWriter out, String name) {
    this.out = out;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
  }

  /** Starts the thread, once. */
  void start() {
    thread.start();
  }

  /** Has a message sent before those of connections. */
  synchronized void say(Message word) {
    if (!closed) {
      words.add(word);
      notifyAll();
    }
  }

  /** Notes that {@code connection} may have something. */
  synchronized void wake(RemoteConnection connection) {
    if (!closed && !connection.waitsInOutgoing) {
      connection.waitsInOutgoing = true;
      ready.add(connection);
      notifyAll();
    }
  }

  /** Ends the thread, unless the child holds it up: then the child's end does. */
  @Override
  public synchronized void close() {
    closed = true;
    words.clear();
    ready.clear();
    notifyAll();
  }

  private void run() {
    try {
      for (Optional<Message> next = next(); next.isPresent(); next = next()) {
        out.write(next.get());
      }
    } catch (IOException | InterruptedException e) {
      // It is gone already: its exit says why.
      close();
    }
  }

  // A connection has one message at a turn, so that each has its turn.
  private Optional<Message> next() throws InterruptedException {
    while (true) {
      RemoteConnection connection;
      synchronized (this) {
        while (words.isEmpty() && ready.isEmpty() && !closed) {
          wait();
        }
        if (closed || !words.isEmpty()) {
          return Optional.ofNullable(words.poll());
        }
        connection = ready.remove();
        connection.waitsInOutgoing = false;
      }
      Optional<Message> message = connection.next();
      if (message.isPresent()) {
        wake(connection);
        return message;
      }
    }
  }
}
