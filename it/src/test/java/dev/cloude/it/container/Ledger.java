package dev.cloude.it.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What clients asked for, and all that the server told them. Thread-safe. */
final class Ledger {
  /**
   * How a job ended, as a client was told.
   *
   * @param attempt how often it was begun, as the server says
   */
  record End(String verdict, int attempt) {}

  private final Map<String, String> ids = new ConcurrentHashMap<>();
  private final Map<String, End> ends = new ConcurrentHashMap<>();
  private final List<String> surprises = new CopyOnWriteArrayList<>();

  /** A client was given an id for a job of this name. */
  void given(String name, String id) {
    String before = ids.put(name, id);
    if (before != null && !before.equals(id)) {
      surprises.add("%s is job %s and job %s".formatted(name, before, id));
    }
  }

  /** A client was told how a job ended. */
  void ended(String id, End end) {
    End before = ends.put(id, end);
    if (before != null && !before.equals(end)) {
      surprises.add("job %s ended as %s, and later as %s".formatted(id, before, end));
    }
  }

  /** Something that must not happen. */
  void surprise(String what) {
    surprises.add(what);
  }

  /** Names of jobs, with their ids. */
  Map<String, String> ids() {
    return Map.copyOf(ids);
  }

  Optional<End> end(String id) {
    return Optional.ofNullable(ends.get(id));
  }

  List<String> surprises() {
    return List.copyOf(surprises);
  }
}
