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
 * @param interval where the true median lies, null when that was not asked
 * @param runs every single run, in order
 */
@JsonPropertyOrder({"name", "value", "unit", "target", "better", "peer", "interval", "runs"})
public record Metric(
    String name,
    double value,
    String unit,
    Double target,
    Better better,
    Double peer,
    Interval interval,
    List<Double> runs) {

  public Metric {
    runs = List.copyOf(runs);
  }

  /** A metric where less is better, its value the median of {@code runs}. */
  public static Metric lower(String name, String unit, List<Double> runs) {
    return new Metric(name, Statistics.median(runs), unit, null, Better.LOWER, null, null, runs);
  }

  /** As {@link #lower}, where more is better. */
  public static Metric higher(String name, String unit, List<Double> runs) {
    return new Metric(name, Statistics.median(runs), unit, null, Better.HIGHER, null, null, runs);
  }

  /** The same of one of several things that are measured: {@code of: name}. */
  public Metric prefixed(String of) {
    return new Metric(of + ": " + name, value, unit, target, better, peer, interval, runs);
  }

  public Metric withTarget(double bound) {
    return new Metric(name, value, unit, bound, better, peer, interval, runs);
  }

  public Metric withPeer(double other) {
    return new Metric(name, value, unit, target, better, other, interval, runs);
  }

  /** The same with its {@link Interval}, which then decides whether the target is met. */
  public Metric withInterval() {
    return new Metric(name, value, unit, target, better, peer, Interval.ofMedian(runs), runs);
  }

  /** Whether the target is met. */
  public Verdict verdict() {
    if (target == null) {
      return Verdict.NONE;
    }
    if (interval == null) {
      return better.meets(value, target) ? Verdict.MET : Verdict.MISSED;
    }
    boolean low = better.meets(interval.low(), target);
    boolean high = better.meets(interval.high(), target);
    return low && high ? Verdict.MET : low || high ? Verdict.UNDECIDED : Verdict.MISSED;
  }

  /** What a metric says of its target. */
  public enum Verdict {
    /** There is no target. */
    NONE(""),
    MET("yes"),
    MISSED("NO"),
    /** The target lies within the interval. */
    UNDECIDED("undecided");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
