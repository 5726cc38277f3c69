package dev.cloude.vmm.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void startsFullAndShutsWhenSpent() {
    TokenBucket bucket = new TokenBucket(100, SECOND, 0);
    bucket.charge(99, 0);
    assertThat(bucket.open(0)).isTrue();
    bucket.charge(1, 0);
    assertThat(bucket.open(0)).isFalse();
    assertThat(bucket.delayNanos(0)).isEqualTo(SECOND / 100);
  }

  @Test
  void debtIsPaidOffBeforeItOpens() {
    TokenBucket bucket = new TokenBucket(100, SECOND, 0);
    bucket.charge(300, 0);
    assertThat(bucket.open(2 * SECOND)).isFalse();
    assertThat(bucket.delayNanos(2 * SECOND)).isEqualTo(SECOND / 100);
    assertThat(bucket.open(2 * SECOND + SECOND / 100)).isTrue();
  }

  @Test
  void neverHoldsMoreThanItsCapacity() {
    TokenBucket bucket = new TokenBucket(10, SECOND, 0);
    bucket.charge(5, 0);
    bucket.charge(10, 1000 * SECOND);
    assertThat(bucket.open(1000 * SECOND)).isFalse();
  }

  @Test
  void timeThatStandsStillOrRunsBackwardsAddsNothing() {
    TokenBucket bucket = new TokenBucket(10, SECOND, 5 * SECOND);
    bucket.charge(10, 5 * SECOND);
    assertThat(bucket.open(5 * SECOND)).isFalse();
    assertThat(bucket.open(0)).isFalse();
  }

  @Test
  void refusesWhatItCannotCount() {
    assertThatThrownBy(() -> new TokenBucket(Long.MAX_VALUE, SECOND, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Give fewer tokens over a shorter time.");
    assertThatThrownBy(() -> new TokenBucket(0, SECOND, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenBucket(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void theRateIsExactHoweverOftenItIsAsked(
      @ForAll @LongRange(min = 1, max = 1L << 30) long capacity,
      @ForAll @LongRange(min = 1, max = 1L << 30) long refill,
      @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 1L << 28) Long> steps) {
    TokenBucket often = new TokenBucket(capacity, refill, 0);
    TokenBucket once = new TokenBucket(capacity, refill, 0);
    // Deep in debt, so that the rim is not reached and each token counts.
    long debt = 1L << 60;
    often.charge(debt, 0);
    once.charge(debt, 0);
    long now = 0;
    for (long step : steps) {
      now += step;
      often.open(now);
    }
    assertThat(often.delayNanos(now)).isEqualTo(once.delayNanos(now));
  }

  @Property
  void isOpenAfterTheDelayAndNotLongBefore(
      @ForAll @IntRange(min = 1, max = 1 << 20) int capacity,
      @ForAll @LongRange(min = 1, max = 10 * SECOND) long refill,
      @ForAll @IntRange(min = 0, max = 1 << 20) int spent,
      @ForAll @LongRange(min = 0, max = SECOND) long at) {
    TokenBucket bucket = new TokenBucket(capacity, refill, 0);
    bucket.charge(spent, at);
    long delay = bucket.delayNanos(at);
    if (delay > 1) {
      assertThat(bucket.open(at + delay - 2)).isFalse();
    }
    assertThat(bucket.open(at + delay)).isTrue();
  }
}
