package dev.cloude.vmm.virtio.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cloude.vmm.KvmProbe;
import dev.cloude.vmm.VhostProbe;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.vhost.VhostNet;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same traffic, moved by the kernel's {@code /dev/vhost-net}. */
class VhostTrafficTest extends TapTrafficTest {
  private static final int NEEDS_RESET = 0x40;

  private final List<VhostNet> opened = new ArrayList<>();

  @BeforeEach
  void hostHasVhost() {
    KvmProbe.Verdict verdict = VhostProbe.run();
    assumeThat(verdict.usable()).as(verdict.reason()).isTrue();
  }

  @AfterEach
  void closeAll() {
    opened.forEach(VhostNet::close);
  }

  @Override
  GuestNic nic(NetConfig config, TapDevice tap) {
    return new GuestNic(
        config,
        new TapChannel(tap.fd()),
        memory -> {
          opened.add(VhostNet.open(memory, tap.fd()));
          return opened.get(opened.size() - 1);
        });
  }

  @Override
  void assertSent(GuestNic nic, long frames) {
    assertThat(nic.device.malformed()).isZero();
  }

  @Override
  @Test
  void aTapThatIsRemovedIsLeftAlone() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          TapDevice.delete("ct-0");
          guest.send(
              Packets.plainHeader(),
              Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, bytes(10)));
          // The kernel's worker may find out at any moment, and then the device has failed.
          assertThat(guest.nic.driver.status() & ~NEEDS_RESET).isEqualTo(15);
          guest.nic.start(ALL);
          assertThat(guest.nic.device.failure()).get().asString().contains("ioctl");
          assertThat(guest.nic.device.malformed()).as("no fault of the guest's").isZero();
        });
  }

  @Test
  void aPauseLosesNothingThatTheTapCanHold() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
            host.setSoTimeout(60_000);
            for (int i = 0; i < 20; i++) {
              guest.nic.device.freeze();
              byte[] in = bytes(1 + i);
              byte[] out = bytes(100 + i);
              host.send(new DatagramPacket(in, in.length, GUEST, PORT));
              guest.send(
                  Packets.checksumHeader(),
                  Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, out));
              assertThat(guest.receive()).as("nothing is served meanwhile").isEmpty();
              guest.nic.device.thaw();
              assertThat(payload(eventually(guest::receive))).isEqualTo(in);
              assertThat(next(host)).isEqualTo(out);
            }
          }
        });
  }

  @Test
  void aBufferOutsideOfRamFailsTheDeviceUntilItsReset() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.tx().post(new Buffer(1L << 40, 100, false));
          guest.nic.driver.kick(1);
          soon().until(() -> (guest.nic.driver.status() & NEEDS_RESET) != 0);
          assertThat(guest.nic.device.malformed()).isEqualTo(1);
          guest.nic.start(ALL);
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
            host.setSoTimeout(60_000);
            byte[] honest = bytes(33);
            guest.send(
                Packets.checksumHeader(),
                Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, honest));
            assertThat(next(host)).isEqualTo(honest);
          }
          assertThat(guest.nic.driver.status()).isEqualTo(15);
        });
  }
}
