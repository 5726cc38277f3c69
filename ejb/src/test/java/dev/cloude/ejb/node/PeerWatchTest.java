package dev.cloude.ejb.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private long now = Long.MAX_VALUE - 5;
  private final PeerWatch watch = new PeerWatch("self", Duration.ofSeconds(30), () -> now);

  private void after(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void whoseBeatStandsStillIsDeadAndNobodyElse() {
    assertThat(watch.dead(List.of(peer("a", 1), peer("b", 1), peer("self", 1)))).isEmpty();
    after(29);
    assertThat(watch.dead(List.of(peer("a", 1), peer("b", 2), peer("self", 1)))).isEmpty();
    after(1);
    assertThat(watch.dead(List.of(peer("a", 1), peer("b", 2), peer("self", 1))))
        .containsExactly(peer("a", 1));
    after(1000);
    assertThat(watch.dead(List.of(peer("b", 3)))).isEmpty();
  }

  @Test
  void aNewLifeIsASignOfLife() {
    watch.dead(List.of(new Peer("a", "one", 7)));
    after(30);

    assertThat(watch.dead(List.of(new Peer("a", "two", 7)))).isEmpty();
  }

  @Test
  void whoWasNeverSeenBeforeHasItsTime() {
    after(1000);

    assertThat(watch.dead(List.of(peer("a", 1)))).isEmpty();
  }

  private static Peer peer(String id, long beat) {
    return new Peer(id, "life", beat);
  }
}
