package dev.cloude.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianIsTheMiddleValueOrTheMeanOfTwo() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    assertThat(Statistics.median(List.of(-7.0))).isEqualTo(-7);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median(List.of()));
  }

  @Property
  void halfOfTheValuesLieOnEachSideOfTheMedian(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = -1e6, max = 1e6) Double> values) {
    double median = Statistics.median(values);
    assertThat(values.stream().filter(v -> v <= median).count() * 2)
        .isGreaterThanOrEqualTo(values.size());
    assertThat(values.stream().filter(v -> v >= median).count() * 2)
        .isGreaterThanOrEqualTo(values.size());
  }

  @Test
  void theSpreadIsTheMiddleHalfOverTheMedian() {
    assertThat(Statistics.spread(List.of(1.0, 2.0, 3.0, 4.0, 5.0))).isEqualTo((4.5 - 1.5) / 3);
    assertThat(Statistics.spread(List.of(10.0, 10.0, 10.0, 10.0))).isZero();
    assertThat(Statistics.spread(List.of(-1.0, -2.0, -3.0, -4.0, -5.0))).isEqualTo(1);
  }

  @Test
  void tooFewRunsAndAMedianOfZeroHaveNoSpread() {
    assertThat(Statistics.spread(List.of(1.0, 2.0, 3.0))).isZero();
    assertThat(Statistics.spread(List.of(-2.0, -1.0, 0.0, 1.0, 2.0))).isZero();
  }

  @Test
  void givenValuesAreLeftInTheirOrder() {
    List<Double> values = new ArrayList<>(List.of(3.0, 1.0, 2.0, 5.0));
    Statistics.median(values);
    Statistics.spread(values);
    assertThat(values).containsExactly(3.0, 1.0, 2.0, 5.0);
  }
}
