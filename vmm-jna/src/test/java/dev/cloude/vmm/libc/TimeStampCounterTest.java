package dev.cloude.vmm.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class TimeStampCounterTest {

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void twoMeasurementsAgree() {
    OptionalLong first = TimeStampCounter.measureKhz();
    OptionalLong second = TimeStampCounter.measureKhz();

    assertThat(first).isPresent();
    assertThat(second.getAsLong()).isCloseTo(first.getAsLong(), Percentage.withPercentage(1));
  }
}
