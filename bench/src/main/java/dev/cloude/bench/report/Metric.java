package dev.cloude.bench.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One figure.
 *
 * @param name what was measured, unique in its report
 * @param value the median of the runs
 * @param unit of every number here, such as {@code µs}
 * @param target the promised bound, null when none was promised
 * @param better which direction is the good one
 * @param peer what the peer of the same run measured, null when there is none
 * @param runs every single run, in order
 */
@JsonPropertyOrder({"name", "value", "unit", "target", "better", "peer", "runs"})
public record Metric(
    String name,
    double value,
    String unit,
    Double target,
    Better better,
    Double peer,
    List<Double> runs) {

  public Metric {
    runs = List.copyOf(runs);
  }

  /** A metric where less is better, its value the median of {@code runs}. */
  public static Metric lower(String name, String unit, List<Double> runs) {
    return new Metric(name, Statistics.median(runs), unit, null, Better.LOWER, null, runs);
  }

  public Metric withTarget(double bound) {
    return new Metric(name, value, unit, bound, better, peer, runs);
  }

  public Metric withPeer(double other) {
    return new Metric(name, value, unit, target, better, other, runs);
  }

  /** Whether the target is met; true when there is none. */
  public boolean met() {
    return target == null || better.meets(value, target);
  }
}
