package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestCommandLineTest {
  private static final GuestAddress GUEST =
      Ipv4Range.around(Ipv4Range.parseAddress("10.39.0.0").orElseThrow(), 20).guest(300);

  @Test
  void theAgentIsToldWhereItIs() {
    assertThat(GuestCommandLine.of(Optional.of(GUEST), false, List.of(), false, false))
        .endsWith(" rdinit=/init cloude.ip=10.39.1.46/20 cloude.gw=10.39.0.1 cloude.port=3001");
  }

  @Test
  void anAgentThatIsReachedBySocketsIsToldSo() {
    assertThat(GuestCommandLine.of(Optional.empty(), true, List.of(), false, false))
        .endsWith(" rdinit=/init cloude.vsock=300,3001");
    assertThat(GuestCommandLine.of(Optional.of(GUEST), true, List.of(), false, false))
        .endsWith(" cloude.ip=10.39.1.46/20 cloude.gw=10.39.0.1 cloude.vsock=300,3001");
  }

  @Test
  void aRootOnADiskIsNamed() {
    assertThat(GuestCommandLine.of(Optional.of(GUEST), false, List.of(), true, false))
        .endsWith(" cloude.port=3001 cloude.root=/dev/vda");
  }

  @Test
  void theAgentSpeaksOnlyWhenAskedTo() {
    assertThat(GuestCommandLine.of(Optional.of(GUEST), false, List.of(), false, true))
        .endsWith(" cloude.console=1");
  }

  @Test
  void theKernelKeepsToItsLastWords() {
    // So that a panic is seen and ends the VM, and a normal boot prints nothing.
    assertThat(GuestCommandLine.of(Optional.of(GUEST), false, List.of(), false, false))
        .startsWith("console=ttyS0 quiet loglevel=1 panic=-1 ");
  }

  @Test
  void aGuestIsToldWhomToAskForNames() {
    List<Inet4Address> two =
        List.of(
            Ipv4Range.parseAddress("1.1.1.1").orElseThrow(),
            Ipv4Range.parseAddress("9.9.9.9").orElseThrow());

    assertThat(GuestCommandLine.of(Optional.of(GUEST), false, two, false, false))
        .endsWith(" cloude.port=3001 cloude.dns=1.1.1.1,9.9.9.9");
  }
}
