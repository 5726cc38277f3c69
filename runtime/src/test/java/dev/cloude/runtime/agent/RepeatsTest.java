package dev.cloude.runtime.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RepeatsTest {

  @Test
  void waitsDouble() {
    Repeats repeats = new Repeats(() -> 1);

    assertThat(repeats.next()).hasMillis(50);
    assertThat(repeats.next()).hasMillis(100);
    assertThat(repeats.next()).hasMillis(200);
  }

  @Property
  void waitsStayBetweenBounds(
      @ForAll @DoubleRange(min = 0, max = 1) double random,
      @ForAll @IntRange(min = 0, max = 1000) int before) {
    Repeats repeats = new Repeats(() -> random);
    for (int i = 0; i < before; i++) {
      repeats.next();
    }

    assertThat(repeats.next()).isBetween(Duration.ofMillis(25), Duration.ofSeconds(2));
  }
}
