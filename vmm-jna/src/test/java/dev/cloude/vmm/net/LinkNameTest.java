package dev.cloude.vmm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "cloudebr0", "ct-0123456789ab", "eth0.100", "_x"})
  void takesNamesThatTheKernelTakes(String name) {
    assertThat(Links.checkName(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ct%d", "sixteen-bytes-xx", "ü", "a\u0000b"})
  void refusesTheOthers(String name) {
    assertThatThrownBy(() -> Links.checkName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be an interface's name");
  }
}
