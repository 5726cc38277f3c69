package dev.cloude.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4RangeTest {

  @ParameterizedTest
  @CsvSource({
    "10.39.1.0, 24, 10.39.1.1, 10.39.1.2, 10.39.1.254, 10.39.1.255, 253",
    "10.39.1.4, 30, 10.39.1.5, 10.39.1.6, 10.39.1.6, 10.39.1.7, 1",
    "0.0.0.0, 1, 0.0.0.1, 0.0.0.2, 127.255.255.254, 127.255.255.255, 2147483645",
    "128.0.0.0, 1, 128.0.0.1, 128.0.0.2, 255.255.255.254, 255.255.255.255, 2147483645",
    "255.255.255.252, 30, 255.255.255.253, 255.255.255.254, 255.255.255.254, 255.255.255.255, 1",
    "192.168.0.0, 16, 192.168.0.1, 192.168.0.2, 192.168.255.254, 192.168.255.255, 65533",
  })
  void hasItsEdgesRight(
      String network,
      int prefix,
      String gateway,
      String first,
      String last,
      String broadcast,
      long guests) {
    Ipv4Range range = Ipv4Range.around(address(network), prefix);

    assertThat(range.networkAddress()).isEqualTo(address(network));
    assertThat(range.gateway()).isEqualTo(address(gateway));
    assertThat(range.guests()).isEqualTo(guests);
    assertThat(range.guest(0))
        .isEqualTo(new GuestAddress(address(first), address(gateway), prefix));
    assertThat(range.guest(guests - 1).address()).isEqualTo(address(last));
    assertThat(range.broadcast()).isEqualTo(address(broadcast));
    assertThat(range).hasToString(network + "/" + prefix);
    assertThatThrownBy(() -> range.guest(guests))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining(Long.toString(guests));
    assertThatThrownBy(() -> range.guest(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Property
  void everyGuestIsInsideItsNetwork(
      @ForAll @LongRange(min = 0, max = 0xffff_ffffL) long seed,
      @ForAll @IntRange(min = 1, max = 30) int prefix,
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long pick) {
    long size = 1L << (32 - prefix);
    Ipv4Range range = new Ipv4Range(seed - seed % size, prefix);
    long index = pick % range.guests();
    GuestAddress guest = range.guest(index);

    assertThat(Ipv4Range.around(guest.address(), prefix)).isEqualTo(range);
    assertThat(range.indexOf(guest.address())).contains(index);
    assertThat(guest.address()).isNotIn(range.networkAddress(), range.gateway(), range.broadcast());
  }

  @Test
  void knowsWhoIsNoGuest() {
    Ipv4Range range = Ipv4Range.around(address("10.39.1.0"), 24);

    assertThat(range.indexOf(address("10.39.1.0"))).isEmpty();
    assertThat(range.indexOf(address("10.39.1.1"))).isEmpty();
    assertThat(range.indexOf(address("10.39.1.255"))).isEmpty();
    assertThat(range.indexOf(address("10.39.2.2"))).isEmpty();
    assertThat(range.indexOf(address("10.39.0.254"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 31, 32, 33})
  void refusesPrefixesWithoutRoom(int prefix) {
    assertThatThrownBy(() -> new Ipv4Range(0, prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 30");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10.39.1", "10.39.1.256", "10.39.1.0/24", "a.b.c.d", "1.2.3.4.5", "::1"})
  void refusesWhatIsNoAddress(String text) {
    assertThat(Ipv4Range.parseAddress(text)).isEmpty();
  }

  private static Inet4Address address(String text) {
    return Ipv4Range.parseAddress(text).orElseThrow();
  }
}
