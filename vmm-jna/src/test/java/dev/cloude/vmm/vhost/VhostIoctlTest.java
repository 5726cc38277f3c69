package dev.cloude.vmm.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VhostIoctlTest {
  // What the C preprocessor makes of linux/vhost.h on x86-64.
  private static final Map<VhostIoctl, Long> HEADERS =
      Map.ofEntries(
          Map.entry(VhostIoctl.GET_FEATURES, 0x8008AF00L),
          Map.entry(VhostIoctl.SET_FEATURES, 0x4008AF00L),
          Map.entry(VhostIoctl.SET_OWNER, 0xAF01L),
          Map.entry(VhostIoctl.SET_MEM_TABLE, 0x4008AF03L),
          Map.entry(VhostIoctl.SET_VRING_NUM, 0x4008AF10L),
          Map.entry(VhostIoctl.SET_VRING_ADDR, 0x4028AF11L),
          Map.entry(VhostIoctl.SET_VRING_BASE, 0x4008AF12L),
          Map.entry(VhostIoctl.GET_VRING_BASE, 0xC008AF12L),
          Map.entry(VhostIoctl.SET_VRING_KICK, 0x4008AF20L),
          Map.entry(VhostIoctl.SET_VRING_CALL, 0x4008AF21L),
          Map.entry(VhostIoctl.SET_VRING_ERR, 0x4008AF22L),
          Map.entry(VhostIoctl.NET_SET_BACKEND, 0x4008AF30L));

  @Test
  void numbersAreThoseOfTheHeaders() {
    for (VhostIoctl request : VhostIoctl.values()) {
      assertThat(request.request()).as(request.name()).isEqualTo(HEADERS.get(request));
    }
  }
}
