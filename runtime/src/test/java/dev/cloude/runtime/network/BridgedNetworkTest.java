package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgedNetworkTest {
  private static final Ipv4Range RANGE =
      Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24);
  private static final GuestAddress GUEST = RANGE.guest(0);
  private static final UUID JOB = UUID.fromString("0123abcd-0000-4000-8000-000000000000");
  private static final String PREFIX = new PortNames("br0").prefix();
  private static final String DEVICE = PREFIX + "0123abcd";

  private final FakeHost host = new FakeHost();

  @Test
  void theFilterStandsBeforeTheBridge() throws PlatformException {
    network(NetworkPolicy.NONE).prepare();

    assertThat(host.done)
        .containsExactly(
            "filter table bridge cloude_br0",
            "bridge br0 10.39.1.1/24",
            "set ipv6/conf/br0/disable_ipv6 1",
            "set ipv4/conf/br0/send_redirects 0");
  }

  @Test
  void packetsAreForwardedOnlyWithNat() throws PlatformException {
    network(NetworkPolicy.NAT).prepare();

    assertThat(host.done).endsWith("set ipv4/ip_forward 1");
  }

  @Test
  void devicesOfAnEarlierLifeGoAndNoOthers() throws PlatformException {
    String other = new PortNames("br1").prefix() + "0123abcd";
    host.taps.add(DEVICE);
    host.taps.add(other);
    host.taps.add(PREFIX + "x");

    network(NetworkPolicy.NONE).prepare();

    assertThat(host.taps).containsExactlyInAnyOrder(other, PREFIX + "x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"filter", "bridge", "set", "remove leftover"})
  void whatCannotBePreparedIsSaid(String failing) {
    host.taps.add(DEVICE);
    host.failing = failing;

    assertThatThrownBy(() -> network(NetworkPolicy.NAT).prepare())
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.NETWORK_FAILED))
        .hasMessageContaining("bridge br0, 10.39.1.0/24")
        .hasMessageContaining("the kernel said no");
  }

  @Test
  void aGuestHasItsPlaceUntilItIsClosed() throws PlatformException {
    GuestPort port = network(NetworkPolicy.NONE).attach(JOB, GUEST, NetworkPolicy.NONE);

    assertThat(port.device()).isEqualTo(DEVICE).hasSizeLessThanOrEqualTo(15);
    assertThat(port.mac()).isEqualTo("02:c1:0a:27:01:02");
    port.close();
    port.close();

    String entry = " element bridge cloude_br0 guests { \"" + DEVICE + "\" . 02:c1:0a:27:01:02";
    assertThat(host.done)
        .containsExactly(
            "filter add" + entry + " . 10.39.1.2 }",
            "add " + DEVICE + " 02:c1:0a:27:01:02 10.39.1.2",
            "remove " + DEVICE,
            "filter delete" + entry + " . 10.39.1.2 }");
  }

  @Test
  void noJobGetsMoreThanTheNodeAllows() {
    assertThatThrownBy(() -> network(NetworkPolicy.NONE).attach(JOB, GUEST, NetworkPolicy.NAT))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("VM_NETWORK");
    assertThat(host.done).isEmpty();
  }

  @Test
  void itsDevicesAreCounted() throws PlatformException {
    BridgedNetwork network = network(NetworkPolicy.NONE);
    host.taps.add("tap-of-somebody");
    assertThat(network.devices()).isZero();

    GuestPort port = network.attach(JOB, GUEST, NetworkPolicy.NONE);

    assertThat(network.devices()).isEqualTo(1);
    port.close();
    assertThat(network.devices()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"filter add", "add"})
  void aFailedAttachmentLeavesNothing(String failing) {
    BridgedNetwork network = network(NetworkPolicy.NONE);
    host.failing = failing;

    assertThatThrownBy(() -> network.attach(JOB, GUEST, NetworkPolicy.NONE))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.NETWORK_FAILED))
        .hasMessageContaining(DEVICE)
        .hasMessageContaining("the kernel said no");
    assertThat(host.taps).isEmpty();
    host.failing = "nothing";
    assertThat(network).satisfies(again -> again.attach(JOB, GUEST, NetworkPolicy.NONE).close());
  }

  @Test
  void noGuestGetsAnothersDevice() throws PlatformException {
    BridgedNetwork network = network(NetworkPolicy.NONE);
    GuestPort port = network.attach(JOB, GUEST, NetworkPolicy.NONE);

    assertThatThrownBy(() -> network.attach(JOB, RANGE.guest(1), NetworkPolicy.NONE))
        .hasMessageContaining("another VM of this server has it");
    assertThat(host.taps).containsExactly(DEVICE);
    port.close();
    network.attach(JOB, GUEST, NetworkPolicy.NONE).close();
    assertThat(host.taps).isEmpty();
  }

  @Test
  void aDeviceThatStaysIsSaidAndTriedAgain() throws PlatformException {
    GuestPort port = network(NetworkPolicy.NONE).attach(JOB, GUEST, NetworkPolicy.NONE);
    host.failing = "remove";

    assertThatThrownBy(port::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(DEVICE);
    host.failing = "nothing";
    port.close();

    assertThat(host.taps).isEmpty();
  }

  @Test
  void itsStatusIsTheBridges() throws PlatformException {
    BridgedNetwork network = network(NetworkPolicy.NONE);

    assertThat(network.status().up()).isFalse();
    assertThat(network.status().detail()).contains("br0 is missing");
    network.prepare();
    assertThat(network.status().up()).isTrue();
  }

  private BridgedNetwork network(NetworkPolicy policy) {
    return new BridgedNetwork(
        new NetworkSettings("br0", RANGE, policy, 0),
        List.of(),
        host,
        host,
        host,
        0,
        task -> {
          throw new AssertionError("nothing is made ahead");
        });
  }
}
