package dev.cloude.web.v1;

import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemException;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.problem.Quoted;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters behind the question mark. Those that nobody asks for are refused. */
final class Query {
  private static final Pattern WAIT = Pattern.compile("(\\d{1,9})(ms|s|m)?");

  private final Map<String, List<String>> values;

  /**
   * @param values as decoded
   * @param allowed names that mean something here
   */
  Query(Map<String, List<String>> values, Set<String> allowed) {
    for (String name : values.keySet()) {
      if (!allowed.contains(name)) {
        throw bad(
            name,
            allowed.isEmpty()
                ? "There are no parameters here, but %s was sent.".formatted(Quoted.of(name))
                : "There is no parameter %s here; there are %s."
                    .formatted(Quoted.of(name), String.join(", ", new TreeSet<>(allowed))));
      }
    }
    this.values = values;
  }

  static Query of(UriInfo uri, String... allowed) {
    return new Query(uri.getQueryParameters(), Set.of(allowed));
  }

  /** A parameter that may come once. */
  Optional<String> one(String name) {
    List<String> found = all(name);
    if (found.size() > 1) {
      throw bad(name, "%s may be there once, but was sent %d times.".formatted(name, found.size()));
    }
    return found.stream().findFirst();
  }

  /** A parameter that may come often. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * How long to wait: {@code 500ms}, {@code 30s}, {@code 1m}; zero when nothing is said. A number
   * alone means seconds.
   */
  Duration waitAtMost(Duration longest) {
    Optional<String> text = one("wait");
    if (text.isEmpty()) {
      return Duration.ZERO;
    }
    Matcher form = WAIT.matcher(text.get());
    if (!form.matches()) {
      throw bad(
          "wait",
          "wait is %s; it must be a time such as 500ms, 30s or 1m."
              .formatted(Quoted.of(text.get())));
    }
    long number = Long.parseLong(form.group(1));
    String unit = form.group(2) == null ? "s" : form.group(2);
    Duration wait =
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofSeconds(number);
        };
    if (wait.compareTo(longest) > 0) {
      throw bad(
          "wait",
          "wait is %s, but must be at most %ds; ask again for longer."
              .formatted(text.get(), longest.toSeconds()));
    }
    return wait;
  }

  static ProblemException bad(String parameter, String detail) {
    return Problem.of(ProblemType.INVALID_PARAMETER, parameter, detail).exception();
  }
}
