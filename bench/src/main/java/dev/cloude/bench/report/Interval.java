package dev.cloude.bench.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * Where the true median lies, with a confidence of 95 %.
 *
 * @param low its lower end, itself one of the runs
 * @param high its upper end, itself one of the runs
 */
@JsonPropertyOrder({"low", "high"})
public record Interval(double low, double high) {
  private static final double NORMAL_975 = 1.96;

  /** The fewest runs that tell as much with that confidence. */
  public static final int FEWEST_RUNS = 6;

  /**
   * The interval between two order statistics (the sign test turned round): nothing is assumed
   * about how the runs are distributed, only that they do not depend on each other.
   *
   * @throws IllegalArgumentException for fewer than {@link #FEWEST_RUNS} runs
   */
  public static Interval ofMedian(List<Double> runs) {
    int size = runs.size();
    if (size < FEWEST_RUNS) {
      throw new IllegalArgumentException(
          String.format(
              "%d runs say nothing with 95 %% confidence; make at least %d.", size, FEWEST_RUNS));
    }
    double[] sorted = runs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int outside = (int) Math.max(0, Math.floor((size - NORMAL_975 * Math.sqrt(size)) / 2));
    return new Interval(sorted[outside], sorted[size - 1 - outside]);
  }

  /** From end to end. */
  public double width() {
    return high - low;
  }
}
