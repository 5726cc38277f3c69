package dev.cloude.web.v1;

import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.language.Languages;
import dev.cloude.ejb.language.UnsupportedLanguageException;
import dev.cloude.web.problem.Quoted;
import dev.cloude.web.submission.Labels;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which jobs a list shows. */
final class JobFilters {
  private static final int DEFAULT_PAGE = 50;
  private static final int LONGEST_CURSOR = 256;
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private JobFilters() {}

  static JobFilter of(Query query, Languages languages) {
    return new JobFilter(
        states(query),
        language(query, languages),
        labels(query),
        instant(query, "created_after"),
        instant(query, "created_before"));
  }

  static int limit(Query query) {
    Optional<String> text = query.one("limit");
    if (text.isEmpty()) {
      return DEFAULT_PAGE;
    }
    int limit = text.get().matches("\\d{1,9}") ? Integer.parseInt(text.get()) : 0;
    if (limit < 1 || limit > JobService.MAX_PAGE) {
      throw Query.bad(
          "limit",
          "limit is %s; it must be a whole number from 1 to %d."
              .formatted(Quoted.of(text.get()), JobService.MAX_PAGE));
    }
    return limit;
  }

  static Optional<String> cursor(Query query) {
    Optional<String> cursor = query.one("cursor");
    if (cursor.isPresent() && cursor.get().length() > LONGEST_CURSOR) {
      throw badCursor(cursor.get());
    }
    return cursor;
  }

  static RuntimeException badCursor(String cursor) {
    return Query.bad(
        "cursor",
        "cursor is %s; send next_cursor of the page before, unchanged."
            .formatted(Quoted.of(cursor)));
  }

  private static Set<JobState> states(Query query) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    for (String list : query.all("state")) {
      for (String name : list.split(",", -1)) {
        states.add(state(name));
      }
    }
    return states;
  }

  private static JobState state(String name) {
    return Arrays.stream(JobState.values())
        .filter(state -> state.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Query.bad(
                    "state",
                    "state is %s; it must be one or several of %s."
                        .formatted(
                            Quoted.of(name),
                            Arrays.stream(JobState.values())
                                .map(JobState::wireName)
                                .collect(Collectors.joining(", ")))));
  }

  private static Optional<String> language(Query query, Languages languages) {
    Optional<String> name = query.one("language");
    if (name.isEmpty()) {
      return name;
    }
    try {
      return Optional.of(languages.nameOf(name.get()));
    } catch (UnsupportedLanguageException e) {
      throw Query.bad("language", e.getMessage() + ".");
    }
  }

  private static Map<String, String> labels(Query query) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : query.all("label")) {
      int equals = label.indexOf('=');
      if (equals < 0 || !Labels.isName(label.substring(0, equals))) {
        throw Query.bad("label", "label is %s; it must be name=value.".formatted(Quoted.of(label)));
      }
      String name = label.substring(0, equals);
      if (labels.putIfAbsent(name, label.substring(equals + 1)) != null) {
        throw Query.bad("label", "label names %s twice.".formatted(Quoted.of(name)));
      }
    }
    return labels;
  }

  private static Optional<Instant> instant(Query query, String name) {
    Optional<String> text = query.one(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Instant instant = Instant.parse(text.get());
      if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
        return Optional.of(instant);
      }
    } catch (DateTimeException e) {
      throw badInstant(name, text.get());
    }
    throw badInstant(name, text.get());
  }

  private static RuntimeException badInstant(String name, String text) {
    return Query.bad(
        name,
        "%s is %s; it must be a moment such as 2026-01-31T12:00:00Z (a + must be sent as %%2B)."
            .formatted(name, Quoted.of(text)));
  }
}
