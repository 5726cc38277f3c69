package dev.cloude.vmm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ipv4NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/24, 10.0.0.200/24, true",
    "10.0.0.1/24, 10.0.1.1/24, false",
    "10.0.0.1/24, 10.9.9.9/8, true",
    "10.9.9.9/8, 10.0.0.1/24, true",
    "10.0.0.1/32, 10.0.0.1/32, true",
    "10.0.0.1/32, 10.0.0.2/32, false",
    "10.0.0.1/24, 200.1.2.3/0, true",
    "192.168.1.1/25, 192.168.1.129/25, false",
    "255.255.255.255/1, 127.0.0.1/1, false",
  })
  void knowsWhatOverlaps(String a, String b, boolean overlap) throws Exception {
    assertThat(network(a).overlaps(network(b))).isEqualTo(overlap);
    assertThat(network(a)).hasToString(a);
  }

  @Test
  void refusesAPrefixThatIsNone() {
    assertThatThrownBy(() -> new Ipv4Network(0, 33)).hasMessageContaining("0 to 32");
    assertThatThrownBy(() -> new Ipv4Network(0, -1)).hasMessageContaining("0 to 32");
  }

  private static Ipv4Network network(String text) throws UnknownHostException {
    String[] parts = text.split("/", -1);
    return Ipv4Network.of(
        (Inet4Address) InetAddress.getByName(parts[0]), Integer.parseInt(parts[1]));
  }
}
