package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.limit.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void defaults() {
    assertThat(Limits.DEFAULT.received()).isEqualTo(RateLimit.NONE);
    assertThat(Limits.DEFAULT.sent()).isEqualTo(RateLimit.NONE);
    assertThat(Limits.DEFAULT.disk()).isEqualTo(RateLimit.NONE);
    assertThat(Limits.DEFAULT.socket()).isEqualTo(RateLimit.NONE);
    assertThat(Limits.DEFAULT.entropy()).isEqualTo(new RateLimit(1 << 20, 0, SECOND));
    assertThat(Limits.DEFAULT.console()).isEqualTo(new RateLimit(256 << 10, 0, SECOND));
  }

  @Test
  void eachIsSetByItself() {
    RateLimit[] each = {
      RateLimit.bytesPerSecond(1),
      RateLimit.bytesPerSecond(2),
      RateLimit.bytesPerSecond(3),
      RateLimit.bytesPerSecond(4),
      RateLimit.bytesPerSecond(5),
      RateLimit.bytesPerSecond(6)
    };
    assertThat(
            Limits.DEFAULT
                .withReceived(each[0])
                .withSent(each[1])
                .withEntropy(each[2])
                .withConsole(each[3])
                .withDisk(each[4])
                .withSocket(each[5]))
        .isEqualTo(new Limits(each[0], each[1], each[2], each[3], each[4], each[5]));
  }

  @Test
  void noneIsMissing() {
    assertThatThrownBy(() -> Limits.DEFAULT.withSent(null)).hasMessageContaining("sent");
    assertThatThrownBy(() -> Limits.DEFAULT.withConsole(null)).hasMessageContaining("console");
  }
}
