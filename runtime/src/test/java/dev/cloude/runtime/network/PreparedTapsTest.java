package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.vmm.net.Bridge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices of this network namespace that are made ahead. Needs one of its own, and root. */
@Tag("server")
@Timeout(120)
class PreparedTapsTest {
  private static final String BRIDGE = "prepared0";
  private static final Ipv4Range RANGE =
      Ipv4Range.around(Ipv4Range.parseAddress("10.79.0.0").orElseThrow(), 24);
  private static final NetworkPolicy NAT = NetworkPolicy.NAT;

  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final BridgedNetwork network = network();

  @BeforeEach
  void prepare() throws PlatformException {
    network.prepare();
  }

  @AfterEach
  void removeEverything() throws Exception {
    network.close();
    background.shutdown();
    assertThat(network.devices()).isZero();
    Bridge.delete(BRIDGE);
    run("nft", "delete table bridge cloude_" + BRIDGE + "; delete table inet cloude_" + BRIDGE);
  }

  @Test
  void aGuestHasADeviceWithEveryRightBeforeItComes() throws Exception {
    awaitTwoAfterAGuest();
    String rules = run("nft", "list", "table", "bridge", "cloude_" + BRIDGE);
    String nat = run("nft", "list", "set", "inet", "cloude_" + BRIDGE, "nat_guests");
    GuestAddress address = network.preparedAddresses(NAT).get(0);

    GuestPort port = network.attach(UUID.randomUUID(), address, NAT);

    assertThat(rules)
        .contains(
            "\"%s\" . %s . %s"
                .formatted(port.device(), port.mac(), address.address().getHostAddress()));
    assertThat(nat).contains(address.address().getHostAddress());
    assertThat(run("bridge", "-d", "link", "show", "dev", port.device()))
        .contains("master " + BRIDGE, "isolated on", "learning off", "flood off");
    assertThat(run("bridge", "fdb", "show", "dev", port.device())).contains(port.mac());
    assertThat(run("ip", "neigh", "show", "dev", BRIDGE))
        .contains(address.address().getHostAddress() + " lladdr " + port.mac() + " PERMANENT");
    port.close();
    assertThat(run("ip", "link")).doesNotContain(port.device());
    assertThat(run("nft", "list", "ruleset")).doesNotContain(port.device());
  }

  @Test
  void aNextLifeOfTheServerRemovesThem() throws Exception {
    awaitTwoAfterAGuest();

    BridgedNetwork next = network();
    next.prepare();

    assertThat(next.devices()).isZero();
    assertThat(run("nft", "list", "ruleset")).doesNotContain("02:c1:0a:4e");
    next.close();
  }

  @Test
  void noGuestIsLetInBehindAFilterThatSomebodyFlushed() throws Exception {
    awaitTwoAfterAGuest();
    GuestAddress address = network.preparedAddresses(NAT).get(0);
    run("nft", "flush ruleset");

    assertThatThrownBy(() -> network.attach(UUID.randomUUID(), address, NAT))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("nft refused the rules");
    assertThat(network.devices()).isEqualTo(1);
    network.prepare();
  }

  private void awaitTwoAfterAGuest() throws PlatformException {
    network.attach(UUID.randomUUID(), RANGE.guest(0), NAT).close();
    Awaitility.await().until(() -> network.preparedAddresses(NAT).size() == 2);
    assertThat(network.devices()).isEqualTo(2);
  }

  private BridgedNetwork network() {
    return BridgedNetwork.ofHost(new NetworkSettings(BRIDGE, RANGE, NAT, 2), List.of(), background);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", Arrays.toString(command), output).isZero();
    return output;
  }
}
