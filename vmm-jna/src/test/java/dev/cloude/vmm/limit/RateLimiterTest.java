package dev.cloude.vmm.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private final AtomicLong clock = new AtomicLong();

  @Test
  void withoutLimitIsAlwaysOpen() {
    RateLimiter limiter = new RateLimiter(RateLimit.NONE, clock::get);
    limiter.charge(Long.MAX_VALUE);
    assertThat(limiter.open()).isTrue();
    assertThat(limiter.delayNanos()).isZero();
  }

  @Test
  void bytesAndOperationsEachShutIt() {
    Duration second = Duration.ofSeconds(1);
    RateLimiter bytes = new RateLimiter(new RateLimit(1000, 0, second), clock::get);
    bytes.charge(999);
    assertThat(bytes.open()).isTrue();
    bytes.charge(1);
    assertThat(bytes.open()).isFalse();
    RateLimiter operations = new RateLimiter(new RateLimit(0, 2, second), clock::get);
    operations.charge(1 << 20);
    assertThat(operations.open()).isTrue();
    operations.charge(0);
    assertThat(operations.open()).isFalse();
    assertThat(operations.delayNanos()).isEqualTo(second.toNanos() / 2);
  }

  @Test
  void waitsForTheSlowerOfTheTwo() {
    RateLimiter limiter =
        new RateLimiter(new RateLimit(1000, 10, Duration.ofSeconds(1)), clock::get);
    limiter.charge(2000);
    assertThat(limiter.delayNanos()).isEqualTo(1_001_000_000L);
    clock.set(1_000_999_999L);
    assertThat(limiter.open()).isFalse();
    clock.set(1_001_000_000L);
    assertThat(limiter.open()).isTrue();
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> new RateLimit(-1, 0, Duration.ofSeconds(1)))
        .hasMessageContaining("give 0 for no limit");
    assertThatThrownBy(() -> new RateLimit(1, 0, Duration.ZERO))
        .hasMessageContaining("must be positive");
    assertThatThrownBy(() -> new RateLimit(1 << 30, 0, Duration.ofDays(1)))
        .hasMessageContaining("1073741824 bytes and 0 operations cannot refill in PT24H");
    assertThatThrownBy(() -> new RateLimit(0, 0, Duration.ofDays(100_000)))
        .hasMessageContaining("shorter time");
  }

  @Test
  void whatARateLimitAllowsABucketCanCount() {
    RateLimit largest = new RateLimit(1L << 62, 1L << 31, Duration.ofNanos(1));
    assertThat(new RateLimiter(largest, clock::get).open()).isTrue();
    RateLimit slowest = new RateLimit(1, 1, Duration.ofNanos(1L << 62));
    assertThat(new RateLimiter(slowest, clock::get).open()).isTrue();
  }
}
