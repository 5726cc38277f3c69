package dev.cloude.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

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

  /** One figure of each sample. */
  public static <T> List<Double> each(List<T> samples, ToDoubleFunction<T> figure) {
    return samples.stream().mapToDouble(figure).boxed().toList();
  }

  /**
   * How our figures stand to theirs, each to its neighbour in time, so that what the host does
   * meanwhile is in both.
   */
  public static <T> List<Double> ratios(List<T> our, List<T> their, ToDoubleFunction<T> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < our.size(); i++) {
      ratios.add(figure.applyAsDouble(our.get(i)) / figure.applyAsDouble(their.get(i)));
    }
    return ratios;
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
