package dev.cloude.vmm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
  @Test
  void followsFromTheIpAddress() throws Exception {
    Inet4Address address = (Inet4Address) InetAddress.getByName("172.16.255.2");
    assertThat(MacAddress.forAddress(address)).hasToString("02:c1:ac:10:ff:02");
  }

  @Property
  void textAndBytesSayTheSame(@ForAll @Size(6) byte[] bytes) {
    bytes[0] &= (byte) 0xfe;
    MacAddress mac = MacAddress.of(bytes);
    assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac).hasSameHashCodeAs(mac);
    assertThat(MacAddress.parse(mac.toString().toUpperCase(Locale.ROOT)).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02",
        "02:c1:0a:00:00",
        "02:c1:0a:00:00:02:03",
        "02-c1-0a-00-00-02",
        "0x:c1:0a:00:00:02",
        "2:c1:a:0:0:2",
        "03:c1:0a:00:00:02",
        "ff:ff:ff:ff:ff:ff"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> MacAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Not a MAC address: " + text)
        .hasMessageContaining("02:c1:0a:00:00:02");
  }

  @Test
  void doesNotChangeWithTheArrayItWasMadeFrom() {
    byte[] bytes = {2, 0, 0, 0, 0, 1};
    MacAddress mac = MacAddress.of(bytes);
    bytes[5] = 9;
    mac.bytes()[5] = 8;
    assertThat(mac).hasToString("02:00:00:00:00:01");
  }
}
