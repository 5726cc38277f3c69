package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import org.junit.jupiter.api.Test;

/** What the rules do is tested on a real kernel, by the tests of real VMs. */
class FilterRulesTest {

  @Test
  void nothingIsForwardedUnlessWanted() {
    assertThat(rules(NetworkPolicy.NONE).tables())
        .doesNotContain("masquerade")
        .doesNotContain("ip saddr 10.39.1.0/24 accept");
    assertThat(rules(NetworkPolicy.NAT).tables())
        .contains("ip saddr 10.39.1.0/24 accept")
        .contains("169.254.0.0/16")
        .contains("ip saddr 10.39.1.0/24 oifname != \"br-0\" masquerade");
  }

  @Test
  void tablesAreReplacedInOneTransaction() {
    assertThat(rules(NetworkPolicy.NAT).tables())
        .startsWith("table bridge cloude_br-0\ndelete table bridge cloude_br-0\n")
        .contains(
            "table inet cloude_br-0\ndelete table inet cloude_br-0\ntable inet cloude_br-0 {");
  }

  private static FilterRules rules(NetworkPolicy policy) {
    Ipv4Range range = Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24);
    return new FilterRules(new NetworkSettings("br-0", range, policy), "clabcd");
  }
}
