package dev.cloude.bench.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which direction of a metric is the good one. */
public enum Better {
  LOWER,
  HIGHER;

  /** As it stands in the JSON report. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean meets(double value, double target) {
    return this == LOWER ? value <= target : value >= target;
  }
}
