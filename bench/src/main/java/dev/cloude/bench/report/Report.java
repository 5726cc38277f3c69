package dev.cloude.bench.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;

/**
 * All that one benchmark has to say.
 *
 * @param benchmark its name on the command line
 */
@JsonPropertyOrder({"benchmark", "host", "metrics"})
public record Report(String benchmark, Host host, List<Metric> metrics) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Report {
    metrics = List.copyOf(metrics);
  }

  /** The report as one JSON object, with a final newline. */
  public String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report cannot be written as JSON", e);
    }
  }

  /** The report for people: the host, then a line a metric. */
  public String text() {
    return benchmark + ": " + host.line() + "\n\n" + Table.of(metrics);
  }
}
