package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a network makes ahead of its guests. */
@Timeout(60)
class PreparedPortsTest {
  private static final NetworkPolicy NONE = NetworkPolicy.NONE;
  private static final NetworkPolicy NAT = NetworkPolicy.NAT;

  private final FakeHost host = new FakeHost();
  private final Queue<Runnable> background = new ArrayDeque<>();
  private boolean refusing;
  private Ipv4Range range = range(24);
  private BridgedNetwork network = network(2);

  @Test
  void nothingIsMadeBeforeTheFirstGuestAndWhileItBoots() throws PlatformException {
    network.prepare();
    assertThat(background).isEmpty();
    GuestPort port = network.attach(UUID.randomUUID(), range.guest(0), NAT);
    assertThat(background).isEmpty();
    assertThat(network.preparedAddresses(NAT)).isEmpty();

    port.guestReady();
    runBackground();

    assertThat(network.preparedDevices()).isEqualTo(2);
    assertThat(network.preparedAddresses(NAT))
        .hasSize(2)
        .doesNotHaveDuplicates()
        .doesNotContain(range.guest(0));
    assertThat(network.preparedAddresses(NONE)).isEmpty();
    assertThat(network.devices()).isEqualTo(3);
  }

  @Test
  void aFailedGuestIsNoneThatBoots() throws PlatformException {
    network.attach(UUID.randomUUID(), range.guest(0), NAT).close();
    runBackground();

    assertThat(network.preparedDevices()).isEqualTo(2);
  }

  @Test
  void aGuestWithItsAddressTakesWhatWasMadeAndNoOtherEverHasIt() throws PlatformException {
    Set<String> seen = new HashSet<>();
    guest(range.guest(0), NAT);
    for (int i = 0; i < 10; i++) {
      Set<String> before = Set.copyOf(host.taps);
      host.done.clear();
      GuestPort port =
          network.attach(UUID.randomUUID(), network.preparedAddresses(NAT).get(0), NAT);

      assertThat(host.done).as("nothing is made").isEmpty();
      assertThat(before).contains(port.device());
      assertThat(seen.add(port.device())).isTrue();
      assertThat(network.preparedDevices()).isEqualTo(1);
      port.guestReady();
      runBackground();
      port.close();
      runBackground();
      assertThat(host.taps).doesNotContain(port.device());
      assertThat(network.preparedDevices()).isEqualTo(2);
    }
  }

  @Test
  void anyOtherAddressIsAGuestsToo() throws PlatformException {
    guest(range.guest(0), NAT);
    GuestAddress other =
        range
            .anyGuest(a -> network.preparedAddresses(NAT).stream().noneMatch(p -> p.address() == a))
            .orElseThrow();

    GuestPort port = network.attach(UUID.randomUUID(), other, NAT);

    assertThat(port.mac()).isEqualTo(PortNames.mac(other.address()));
  }

  @Test
  void aGuestGetsNoMoreAndNoLessThanItsPolicy() throws PlatformException {
    guest(range.guest(0), NAT);
    GuestAddress address = network.preparedAddresses(NAT).get(0);
    Set<String> before = Set.copyOf(host.taps);

    GuestPort port = network.attach(UUID.randomUUID(), address, NONE);

    assertThat(before).doesNotContain(port.device());
    assertThat(host.taps).hasSize(2).contains(port.device());
    port.close();
    runBackground();
    assertThat(network.preparedAddresses(NONE)).hasSize(1);
    assertThat(network.preparedAddresses(NAT)).hasSize(1);
  }

  @Test
  void thoseThatWaitFollowThePoliciesOfTheLastGuests() throws PlatformException {
    guest(range.guest(0), NAT);
    guest(range.guest(1), NONE);
    guest(range.guest(2), NONE);

    assertThat(network.preparedAddresses(NAT)).isEmpty();
    assertThat(network.preparedAddresses(NONE)).hasSize(2);
    assertThat(host.taps).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"removed", "flushed"})
  void whatOthersHaveChangedIsNotUsed(String change) throws PlatformException {
    guest(range.guest(0), NAT);
    GuestAddress address = network.preparedAddresses(NAT).get(0);
    if (change.equals("removed")) {
      host.taps.clear();
    } else {
      host.filterFlushed = true;
    }
    host.done.clear();

    GuestPort port = network.attach(UUID.randomUUID(), address, NAT);

    assertThat(host.done).anyMatch(what -> what.startsWith("add " + port.device()));
  }

  @Test
  void fewAddressesAreTheGuestsFirst() throws PlatformException {
    range = range(30);
    network = network(2);
    GuestPort port = network.attach(UUID.randomUUID(), range.guest(0), NAT);
    port.guestReady();
    runBackground();
    assertThat(network.preparedDevices()).as("its one address is taken").isZero();
    port.close();
    runBackground();
    assertThat(network.preparedAddresses(NAT)).containsExactly(range.guest(0));

    network.attach(UUID.randomUUID(), range.guest(0), NAT).close();
    assertThat(host.taps).isEmpty();
  }

  @Test
  void aGuestWaitsForItsAddressWhileAnotherPortWithItIsMade() throws Exception {
    range = range(30);
    network = network(1);
    network.attach(UUID.randomUUID(), range.guest(0), NAT).close();
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    host.beforeAdd =
        () -> {
          making.countDown();
          uninterrupted(go);
        };
    Thread maker = new Thread(this::runBackground);
    maker.start();
    making.await();
    assertThat(network.preparedDevices()).as("counted from its beginning").isEqualTo(1);
    host.beforeAdd = () -> {};
    Thread guest =
        new Thread(
            () -> {
              try {
                network.attach(UUID.randomUUID(), range.guest(0), NAT);
              } catch (PlatformException e) {
                throw new AssertionError(e);
              }
            });
    guest.start();
    while (guest.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();
    guest.join();
    maker.join();

    assertThat(host.taps).hasSize(1);
    assertThat(network.preparedDevices()).isZero();
  }

  @Test
  void whatCannotBeMadeIsTriedAgainAfterTheNextGuestOnly() throws PlatformException {
    GuestPort port = network.attach(UUID.randomUUID(), range.guest(0), NAT);
    host.failing = "add";
    port.guestReady();
    runBackground();
    assertThat(network.preparedDevices()).isZero();
    assertThat(host.taps).hasSize(1);

    host.failing = "nothing";
    assertThat(background).isEmpty();
    port.close();
    runBackground();
    assertThat(network.preparedDevices()).isEqualTo(2);
  }

  @Test
  void whatCannotBeRemovedKeepsItsAddressAndIsALeak() throws PlatformException {
    guest(range.guest(0), NAT);
    GuestAddress address = network.preparedAddresses(NAT).get(0);
    host.failing = "remove";

    assertThatThrownBy(() -> network.attach(UUID.randomUUID(), address, NONE))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.NETWORK_FAILED));
    assertThat(network.devices() - network.preparedDevices()).isEqualTo(1);

    host.failing = "nothing";
    runBackground();
    assertThat(network.devices() - network.preparedDevices()).isZero();
    assertThat(network.preparedDevices()).isEqualTo(2);
  }

  @Test
  void aBusyBackgroundIsAskedAgain() throws PlatformException {
    refusing = true;
    GuestPort port = network.attach(UUID.randomUUID(), range.guest(0), NAT);
    port.guestReady();
    refusing = false;
    port.close();
    runBackground();

    assertThat(network.preparedDevices()).isEqualTo(2);
  }

  @Test
  void theEndRemovesThemAndNoMoreAreMade() throws PlatformException {
    guest(range.guest(0), NAT);
    GuestPort port = network.attach(UUID.randomUUID(), range.guest(1), NAT);
    port.guestReady();
    network.close();
    runBackground();
    assertThat(host.taps).containsExactly(port.device());
    port.close();
    runBackground();

    assertThat(host.taps).isEmpty();
    assertThat(network.preparedDevices()).isZero();
  }

  @Test
  void withNoneEveryGuestHasItsOwnMade() throws PlatformException {
    network = network(0);
    guest(range.guest(0), NAT);

    assertThat(background).isEmpty();
    assertThat(host.taps).isEmpty();
    assertThat(network.preparedAddresses(NAT)).isEmpty();
  }

  /** One that comes, is up and goes. */
  private void guest(GuestAddress address, NetworkPolicy policy) throws PlatformException {
    GuestPort port = network.attach(UUID.randomUUID(), address, policy);
    port.guestReady();
    runBackground();
    port.close();
    runBackground();
  }

  private void runBackground() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Ipv4Range range(int prefixLength) {
    return Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), prefixLength);
  }

  private BridgedNetwork network(int most) {
    return new BridgedNetwork(
        new NetworkSettings("br0", range, NAT, most),
        List.of(),
        host,
        host,
        host,
        most,
        task -> {
          if (refusing) {
            throw new RejectedExecutionException("busy");
          }
          background.add(task);
        });
  }
}
