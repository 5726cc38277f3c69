package dev.cloude.bench.report;

import java.util.List;

/** The few statistics that the benchmarks need. */
public final class Statistics {
  private Statistics() {}

  /**
   * The middle value, or the mean of the two middle ones; {@link IllegalArgumentException} of none.
   */
  public static double median(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("No values have no median.");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The interquartile range over the median: how far the runs lie apart, whatever their unit. 0 for
   * fewer than four runs and for a median of 0.
   */
  public static double spread(List<Double> values) {
    int size = values.size();
    double median = median(values);
    if (size < 4 || median == 0) {
      return 0;
    }
    List<Double> sorted = values.stream().sorted().toList();
    double lower = median(sorted.subList(0, size / 2));
    double upper = median(sorted.subList((size + 1) / 2, size));
    return (upper - lower) / Math.abs(median);
  }
}
