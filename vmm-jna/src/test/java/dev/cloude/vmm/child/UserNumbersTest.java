package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.VmmException;
import org.junit.jupiter.api.Test;

class UserNumbersTest {

  @Test
  void nobodyHasTheNumberOfAnother() {
    UserNumbers users = new UserNumbers(1000, 2);
    assertThat(users.take()).isEqualTo(1000);
    assertThat(users.take()).isEqualTo(1001);
    assertThatThrownBy(users::take)
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("All 2 users");
    users.giveBack(1000);
    assertThat(users.take()).isEqualTo(1000);
  }
}
