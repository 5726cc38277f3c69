package dev.cloude.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Metrics in aligned columns: names to the left, numbers to the right. */
final class Table {
  private static final List<String> HEAD =
      List.of("metric", "median", "unit", "peer", "target", "met", "runs", "spread", "95 %");
  private static final List<Boolean> TO_THE_RIGHT =
      List.of(false, true, false, true, true, false, true, true, false);

  private Table() {}

  static String of(List<Metric> metrics) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    metrics.forEach(m -> rows.add(row(m)));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append(line(row, widths)).append('\n'));
    return text.toString();
  }

  private static List<String> row(Metric metric) {
    return List.of(
        metric.name(),
        number(metric.value()),
        metric.unit(),
        metric.peer() == null ? "" : number(metric.peer()),
        metric.target() == null
            ? ""
            : (metric.better() == Better.LOWER ? "<= " : ">= ") + number(metric.target()),
        metric.verdict().word(),
        String.valueOf(metric.runs().size()),
        metric.runs().size() < 4
            ? ""
            : String.format(Locale.ROOT, "%.0f %%", 100 * Statistics.spread(metric.runs())),
        metric.interval() == null
            ? ""
            : number(metric.interval().low()) + " to " + number(metric.interval().high()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blank = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(TO_THE_RIGHT.get(i) ? blank + row.get(i) : row.get(i) + blank);
    }
    return line.toString().stripTrailing();
  }

  /** Whole numbers as such, others with the digits that a reader can use. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.valueOf((long) value);
    }
    double size = Math.abs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
