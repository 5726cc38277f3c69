package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import java.net.Inet4Address;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the rules do is tested on a real kernel, by the tests of real VMs. */
class FilterRulesTest {

  @Test
  void nothingIsForwardedUnlessWanted() {
    assertThat(rules(NetworkPolicy.NONE).tables())
        .doesNotContain("masquerade")
        .doesNotContain("nat_guests accept");
    assertThat(rules(NetworkPolicy.NAT).tables())
        .contains("nat_guests accept")
        .contains("169.254.0.0/16")
        .contains("ip saddr 10.39.1.0/24 oifname != \"br-0\" masquerade");
  }

  @Test
  void onlyAGuestThatMayReachesTheWorld() {
    FilterRules rules = rules(NetworkPolicy.NAT);
    Inet4Address guest = Ipv4Range.parseAddress("10.39.1.2").orElseThrow();
    String port = " element bridge cloude_br-0 guests { \"tap\" . mac . 10.39.1.2 }\n";
    String nat = " element inet cloude_br-0 nat_guests { 10.39.1.2 }\n";

    assertThat(rules.admit("tap", "mac", guest, NetworkPolicy.NONE)).isEqualTo("add" + port);
    assertThat(rules.admit("tap", "mac", guest, NetworkPolicy.NAT))
        .isEqualTo("add" + port + "add" + nat);
    assertThat(rules.dismiss("tap", "mac", guest, NetworkPolicy.NAT))
        .isEqualTo("delete" + port + "delete" + nat);
  }

  @Test
  void tablesAreReplacedInOneTransaction() {
    assertThat(rules(NetworkPolicy.NAT).tables())
        .startsWith("table bridge cloude_br-0\ndelete table bridge cloude_br-0\n")
        .contains(
            "table inet cloude_br-0\ndelete table inet cloude_br-0\ntable inet cloude_br-0 {");
  }

  @Test
  void aNameServerThatIsNotPublicIsReachedForNamesAlone() {
    assertThat(rules(NetworkPolicy.NAT, "1.1.1.1", "10.0.0.53", "169.254.169.253").tables())
        .containsSubsequence(
            "oifname \"br-0\" counter drop",
            "ip saddr @nat_guests ip daddr { 10.0.0.53, 169.254.169.253 } meta l4proto { tcp, udp }"
                + " th dport 53 accept",
            "ip daddr { 0.0.0.0/8, ");
    assertThat(rules(NetworkPolicy.NAT, "1.1.1.1").tables()).doesNotContain("dport");
    assertThat(rules(NetworkPolicy.NONE, "10.0.0.53").tables()).doesNotContain("dport");
  }

  private static FilterRules rules(NetworkPolicy policy, String... nameServers) {
    Ipv4Range range = Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24);
    return new FilterRules(
        new NetworkSettings("br-0", range, policy, 0),
        "clabcd",
        Arrays.stream(nameServers)
            .map(text -> Ipv4Range.parseAddress(text).orElseThrow())
            .toList());
  }
}
