package dev.cloude.ejb.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.database.TestDatabase;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses in the database, with the provider that a subclass names. */
abstract class IpLeasesContract {
  private final Provider provider;

  private TestDatabase database;

  IpLeasesContract(Provider provider) {
    this.provider = provider;
  }

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.empty(provider);
  }

  private <T> T leases(String range, int prefixLength, Function<IpLeases, T> work) {
    NetworkSettings network =
        new NetworkSettings(
            "cloudebr0",
            Ipv4Range.around(Ipv4Range.parseAddress(range).orElseThrow(), prefixLength),
            NetworkPolicy.NONE,
            0);
    return database.inTransaction(em -> work.apply(new IpLeases(em, network)));
  }

  private String take(String range, int prefixLength) {
    return leases(
        range,
        prefixLength,
        leases -> {
          GuestAddress free = leases.free(List.of()).orElseThrow();
          return leases.lease(free, "job", "node").address().address().getHostAddress();
        });
  }

  private Optional<GuestAddress> free(int prefixLength) {
    return leases("10.39.1.0", prefixLength, leases -> leases.free(List.of()));
  }

  @Test
  void everyAddressOfTheNetworkIsGivenAwayOnce() {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(take("10.39.1.0", 29));
    }

    assertThat(taken)
        .containsExactlyInAnyOrder("10.39.1.2", "10.39.1.3", "10.39.1.4", "10.39.1.5", "10.39.1.6");
    Optional<GuestAddress> none = free(29);
    assertThat(none).isEmpty();
  }

  @Test
  void aReleasedAddressIsFreeAgainAndReleasingTwiceIsFine() {
    Lease lease =
        leases(
            "10.39.1.0",
            30,
            leases -> leases.lease(leases.free(List.of()).orElseThrow(), "job", "node"));
    Optional<GuestAddress> none = free(30);
    assertThat(none).isEmpty();

    for (int i = 0; i < 2; i++) {
      leases(
          "10.39.1.0",
          30,
          leases -> {
            leases.release(lease.id());
            return null;
          });
    }

    assertThat(take("10.39.1.0", 30)).isEqualTo("10.39.1.2");
  }

  @Test
  void nobodyTakesAnAddressThatSomebodyHas() {
    GuestAddress free = free(24).orElseThrow();
    leases("10.39.1.0", 24, leases -> leases.lease(free, "one", "node"));

    assertThatExceptionOfType(PersistenceException.class)
        .isThrownBy(() -> leases("10.39.1.0", 24, leases -> leases.lease(free, "two", "other")));
    assertThat(leases("10.39.1.0", 24, IpLeases::taken)).isEqualTo(1);
  }

  @Test
  void oneThatIsPreferredIsTakenUnlessSomebodyHasIt() {
    Ipv4Range range = Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24);
    List<GuestAddress> preferred = List.of(range.guest(40), range.guest(7));
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      GuestAddress free = leases("10.39.1.0", 24, leases -> leases.free(preferred)).orElseThrow();
      leases("10.39.1.0", 24, leases -> leases.lease(free, "job", "node"));
      taken.add(range.indexOf(free.address()).orElseThrow().intValue());
    }

    assertThat(taken).startsWith(40, 7).doesNotHaveDuplicates();
  }

  @Test
  void onlyTheAddressesOfANodeAreGivenBackWithIt() {
    GuestAddress ours = free(24).orElseThrow();
    leases("10.39.1.0", 24, leases -> leases.lease(ours, "one", "node"));
    GuestAddress others = free(24).orElseThrow();
    leases("10.39.1.0", 24, leases -> leases.lease(others, "two", "other"));

    assertThat(this.<Integer>leases("10.39.1.0", 24, leases -> leases.releaseOf("node")))
        .isEqualTo(1);

    assertThat(this.<Long>leases("10.39.1.0", 24, leases -> leases.takenBy("node"))).isZero();
    assertThat(this.<Long>leases("10.39.1.0", 24, leases -> leases.takenBy("other"))).isEqualTo(1);
  }

  @Test
  void networksDoNotShareLeases() {
    assertThat(take("10.39.1.0", 30)).isEqualTo("10.39.1.2");
    for (int i = 0; i < 5; i++) {
      assertThat(take("10.39.1.0", 29)).isNotEmpty();
    }
  }

  @Test
  void theLargestNetworkAndTheLastOneAreNoBurden() {
    assertThat(take("128.0.0.0", 1)).isNotEmpty();
    assertThat(take("255.255.255.252", 30)).isEqualTo("255.255.255.254");
  }
}
