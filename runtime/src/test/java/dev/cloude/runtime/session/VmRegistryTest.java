package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VmRegistryTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final VmRegistry registry = new VmRegistry(Clock.fixed(NOW, ZoneOffset.UTC));

  @Property
  void onlyLegalTransitionsHappen(@ForAll VmState[] wanted) {
    VmRegistry any = new VmRegistry(Clock.systemUTC());
    VmRegistry.Vm vm = any.create("vm");
    for (VmState next : wanted) {
      VmState before = vm.state();
      if (before == next || before.next().contains(next)) {
        vm.to(next);
        assertThat(vm.state()).isEqualTo(next);
      } else {
        assertThatThrownBy(() -> vm.to(next)).hasMessageContaining("vm is " + before);
        assertThat(vm.state()).isEqualTo(before);
      }
    }
    int expected = vm.state() == VmState.GONE ? 0 : 1;
    assertThat(any.counts().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(expected);
  }

  @Test
  void advancingIsPossibleOnlyForwards() {
    VmRegistry.Vm vm = registry.create("vm");
    vm.to(VmState.BOOTING);
    vm.to(VmState.STOPPING);

    vm.advance(VmState.RUNNING);

    assertThat(vm.state()).isEqualTo(VmState.STOPPING);
  }

  @Test
  void theLastAgentIsRemembered() {
    assertThat(registry.lastReadiness()).isEmpty();
    registry.reportReadiness(true, Duration.ofMillis(80));
    registry.reportReadiness(false, Duration.ofSeconds(30));

    assertThat(registry.lastReadiness())
        .contains(new VmRegistry.Readiness(false, Duration.ofSeconds(30), NOW));
  }
}
