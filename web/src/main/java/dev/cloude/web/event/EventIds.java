package dev.cloude.web.event;

import java.util.Optional;

/**
 * Ids of events on the wire. The engine's are kept; the last event of a job has a mark behind its
 * id, so that a browser that comes back with it can be told that there is nothing more.
 */
final class EventIds {
  private static final String LAST = ";end";
  private static final int LONGEST = 140;

  private EventIds() {}

  static String last(String id) {
    return id + LAST;
  }

  /** Whether a client has seen everything. */
  static boolean isLast(String lastEventId) {
    return lastEventId != null && lastEventId.endsWith(LAST);
  }

  /** The engine's id; empty when it cannot be one of ours, which means all events. */
  static Optional<String> engineId(String lastEventId) {
    return Optional.ofNullable(lastEventId)
        .filter(id -> id.length() <= LONGEST && id.matches("[0-9.]+"));
  }
}
