package dev.cloude.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.limit.RateLimiter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConsoleTailTest {
  private static void send(ConsoleTail tail, String text) {
    for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
      tail.send(octet & 0xff);
    }
  }

  @Property
  void keepsTheLastBytes(@ForAll @Size(max = 50) byte[] bytes) {
    ConsoleTail tail = new ConsoleTail(16);
    for (byte octet : bytes) {
      tail.send(octet & 0xff);
    }
    assertThat(tail.written()).isEqualTo(bytes.length);
    assertThat(tail.bytes())
        .isEqualTo(Arrays.copyOfRange(bytes, Math.max(0, bytes.length - 16), bytes.length));
  }

  @Test
  void readerGetsAllAndThenTheEnd() throws Exception {
    ConsoleTail tail = new ConsoleTail(8);
    send(tail, "abc");
    ConsoleTail.Chunk first = tail.next(0);
    assertThat(first.bytes()).isEqualTo("abc".getBytes());
    CompletableFuture<ConsoleTail.Chunk> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return tail.next(first.end());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    send(tail, "d");
    assertThat(waiting.get(10, TimeUnit.SECONDS).bytes()).isEqualTo("d".getBytes());
    send(tail, "0123456789");
    assertThat(tail.next(4)).satisfies(c -> assertThat(c.bytes()).isEqualTo("23456789".getBytes()));
    tail.end();
    assertThat(tail.next(14).bytes()).isEmpty();
  }

  @Test
  void panicIsNoticedWithItsLineHoweverMuchFollows() {
    ConsoleTail tail = new ConsoleTail(4);
    send(tail, "[ 1.0] KKernel panicKernel panic - not syncing: Attempted to kill init!\r\n");
    send(tail, "CPU: 0 Kernel panic - not syncing: second\n".repeat(10));
    assertThat(tail.panicked()).isTrue();
    assertThat(tail.panicLine()).isEqualTo("Kernel panic - not syncing: Attempted to kill init!");
  }

  @Test
  void whatIsOverTheLimitIsCountedAndNotKept() {
    AtomicLong clock = new AtomicLong();
    RateLimit limit = new RateLimit(6, 4, Duration.ofSeconds(1));
    ConsoleTail tail = new ConsoleTail(64, new RateLimiter(limit, clock::get));
    send(tail, "0123456789");
    assertThat(tail.bytes()).as("four operations").isEqualTo("0123".getBytes());
    assertThat(tail.written()).isEqualTo(10);
    assertThat(tail.dropped()).isEqualTo(6);
    clock.addAndGet(Duration.ofMillis(500).toNanos());
    send(tail, "abcdef");
    assertThat(tail.bytes()).isEqualTo("0123ab".getBytes());
    assertThat(tail.dropped()).isEqualTo(10);
  }

  @Test
  void panicIsNoticedAlsoWhereItIsDropped() {
    ConsoleTail tail = new ConsoleTail(64, new RateLimiter(RateLimit.bytesPerSecond(10), () -> 0));
    send(tail, "x".repeat(1000) + "Kernel panic - not syncing: Oops\n");
    assertThat(tail.bytes()).hasSize(10);
    assertThat(tail.panicked()).isTrue();
    assertThat(tail.panicLine()).isEqualTo("Kernel panic - not syncing: Oops");
  }

  @Test
  void aReaderWaitsForWhatIsTakenNotForWhatIsDropped() throws Exception {
    AtomicLong clock = new AtomicLong();
    ConsoleTail tail = new ConsoleTail(8, new RateLimiter(RateLimit.bytesPerSecond(2), clock::get));
    send(tail, "abcd");
    ConsoleTail.Chunk first = tail.next(0);
    assertThat(first.bytes()).isEqualTo("ab".getBytes());
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    send(tail, "e");
    assertThat(tail.next(first.end()).bytes()).isEqualTo("e".getBytes());
    tail.end();
    assertThat(tail.next(3).bytes()).isEmpty();
  }

  @Test
  void panicLineIsBounded() {
    ConsoleTail tail = new ConsoleTail(4);
    send(tail, "Kernel panic - not syncing" + "x".repeat(1000));
    assertThat(tail.panicLine()).hasSize(200);
  }

  @Test
  void otherTextIsNoPanic() {
    ConsoleTail tail = new ConsoleTail(64);
    send(tail, "Kernel panic - not syncin. Kernel panic, not syncing. kernel panic - not syncing");
    assertThat(tail.panicked()).isFalse();
    assertThat(tail.panicLine()).isEmpty();
  }
}
