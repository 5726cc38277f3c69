package dev.cloude.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void itsEndsAreTheOrderStatisticsOfTheSignTest() {
    List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();
    assertThat(Interval.ofMedian(hundred)).isEqualTo(new Interval(41, 60));
    assertThat(Interval.ofMedian(hundred).width()).isEqualTo(19);
    assertThat(Interval.ofMedian(hundred.subList(0, 6))).isEqualTo(new Interval(1, 6));
  }

  @Test
  void fewRunsSayNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Interval.ofMedian(List.of(1.0, 2.0, 3.0, 4.0, 5.0)))
        .withMessageContaining("5 runs");
  }

  @Test
  void itHoldsTheTrueMedianNineteenTimesInTwenty() {
    Random random = new Random(7);
    int held = 0;
    for (int i = 0; i < 1000; i++) {
      // Skewed, as times are; its median is ln 2.
      List<Double> runs =
          DoubleStream.generate(() -> -Math.log(1 - random.nextDouble()))
              .limit(61)
              .boxed()
              .toList();
      Interval interval = Interval.ofMedian(runs);
      held += interval.low() <= Math.log(2) && Math.log(2) <= interval.high() ? 1 : 0;
    }
    assertThat(held).isBetween(930, 985);
  }
}
