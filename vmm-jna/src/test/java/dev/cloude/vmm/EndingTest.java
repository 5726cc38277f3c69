package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.device.ConsoleTail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndingTest {
  private final ConsoleTail console = new ConsoleTail(16);
  private int kicks;
  private final Ending ending = new Ending(console);

  @BeforeEach
  void count() {
    ending.onEnd(() -> kicks++);
  }

  private void print(String text) {
    text.chars().forEach(console::send);
  }

  @Test
  void theFirstCauseCounts() {
    assertThat(ending.ended()).isFalse();
    ending.end(ExitCause.KILLED, "first");
    ending.end(ExitCause.DEADLINE, "second");
    ending.restarted(ExitCause.RESET, "third");
    assertThat(ending.exit()).isEqualTo(new VmExit(ExitCause.KILLED, "first"));
    assertThat(kicks).isEqualTo(1);
  }

  @Test
  void aRestartAfterAPanicIsThePanic() {
    print("Kernel panic - not syncing: no init found\n");
    ending.restarted(ExitCause.TRIPLE_FAULT, "a triple fault");
    assertThat(ending.exit())
        .isEqualTo(new VmExit(ExitCause.PANIC, "Kernel panic - not syncing: no init found"));
  }

  @Test
  void otherEndsAreWhatTheyAreAlsoAfterAPanic() {
    print("Kernel panic - not syncing: no init found\n");
    ending.end(ExitCause.POWER_OFF, "off");
    assertThat(ending.exit().cause()).isEqualTo(ExitCause.POWER_OFF);
  }
}
