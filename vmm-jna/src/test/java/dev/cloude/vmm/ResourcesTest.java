package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final List<String> closed = new ArrayList<>();
  private final Resources resources = new Resources();

  private void add(String name, boolean fails) {
    resources.add(
        () -> {
          closed.add(name);
          if (fails) {
            throw new IllegalStateException(name + " is stuck");
          }
        });
  }

  @Test
  void closesInReverseOrderOnce() {
    add("a", false);
    add("b", false);
    resources.close();
    resources.close();
    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void closesAllAndCollectsFailures() {
    add("a", true);
    add("b", false);
    add("c", true);
    assertThatThrownBy(resources::close)
        .isInstanceOf(VmmException.class)
        .hasMessage("Closing a VM failed: c is stuck")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("c", "b", "a");
  }

  @Test
  void failuresGoOntoTheCause() {
    add("a", true);
    RuntimeException cause = new RuntimeException("why");
    resources.closeAfter(cause);
    assertThat(cause.getSuppressed()).hasSize(1);
  }
}
