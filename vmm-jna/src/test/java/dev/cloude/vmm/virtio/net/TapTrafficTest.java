package dev.cloude.vmm.virtio.net;

import static dev.cloude.vmm.net.NetworkNamespace.inNew;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
import dev.cloude.vmm.net.MacAddress;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.virtio.DeviceLoop;
import dev.cloude.vmm.virtio.VirtioFeature;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames through a real TAP device on a real bridge, with a model driver as the guest. */
@Tag("kvm")
@Timeout(300)
class TapTrafficTest {
  static final long ALL = NetFeature.OFFERED | VirtioFeature.EVENT_IDX;
  static final Inet4Address GATEWAY = ip("10.77.0.1");
  static final Inet4Address GUEST = ip("10.77.0.2");
  private static final Inet4Address OTHER = ip("10.77.0.3");
  static final int PORT = 7000;

  private final Random random = new Random(2);

  /** The guest's end of a TAP device. */
  GuestNic nic(NetConfig config, TapDevice tap) {
    return new GuestNic(config, new TapChannel(tap.fd()), System::nanoTime);
  }

  /** Fails unless at least so many frames are counted soon: the last may arrive before it is. */
  void assertSent(GuestNic nic, long frames) {
    soon().until(() -> nic.net.counters().sentFrames() >= frames);
  }

  /** A guest's device on a TAP of its own, served by a loop. */
  final class Guest implements AutoCloseable {
    final MacAddress mac;
    final String name;
    final TapDevice tap;
    final GuestNic nic;
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final DeviceLoop loop = new DeviceLoop("devices", failure::set);

    Guest(String name, Inet4Address address, long features) {
      this.name = name;
      mac = MacAddress.forAddress(address);
      TapDevice.createPersistent(name);
      BridgePort.attach("br-test", name, mac, address);
      tap = TapDevice.open(name);
      nic = nic(new NetConfig(mac.bytes()), tap);
      loop.add(nic.device);
      loop.start();
      nic.start(features);
    }

    /** Once opened, a TAP has its carrier; the bridge hears of that a moment later. */
    void awaitForwarding() {
      soon()
          .until(
              () -> {
                Process process = new ProcessBuilder("bridge", "link", "show", "dev", name).start();
                try (InputStream output = process.getInputStream()) {
                  return new String(output.readAllBytes(), StandardCharsets.UTF_8)
                      .contains("state forwarding");
                }
              });
    }

    /** The next frame that is no chatter of the host's own. */
    Optional<byte[]> receive() {
      for (Optional<byte[]> frame = nic.receive(); frame.isPresent(); frame = nic.receive()) {
        nic.fillReceive(1536);
        byte[] destination = Arrays.copyOfRange(frame.get(), 12, 18);
        if (Arrays.equals(destination, mac.bytes())) {
          return frame;
        }
      }
      return Optional.empty();
    }

    void send(byte[] header, byte[] frame) {
      byte[] whole = Arrays.copyOf(header, header.length + frame.length);
      System.arraycopy(frame, 0, whole, header.length, frame.length);
      nic.send(whole, 12);
    }

    @Override
    public void close() {
      loop.stop();
      nic.close();
      tap.close();
      TapDevice.delete(name);
      assertThat(failure).hasValue(null);
    }
  }

  @Test
  void rawFramesPassBothWaysByteForByte() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          try (PacketSocket wire = new PacketSocket("ct-0")) {
            for (int length : new int[] {60, 61, 1000, 1514}) {
              byte[] frame = ethernet(gatewayMac, guest.mac, length);
              assertThat(wire.send(frame)).isTrue();
              byte[] received = eventually(guest::receive);
              assertThat(Arrays.copyOf(received, 12))
                  .isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
              assertThat(Arrays.copyOfRange(received, 12, received.length)).isEqualTo(frame);
              byte[] back = ethernet(guest.mac, gatewayMac, length);
              guest.send(Packets.plainHeader(), back);
              assertThat(eventually(() -> find(wire, back))).isEqualTo(back);
            }
          }
        });
  }

  @Test
  void largeSegmentsPassBothWaysInOnePiece() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          byte[] data = bytes(60_000);
          try (PacketSocket wire = new PacketSocket("ct-0")) {
            byte[] out = Packets.tcp(guest.mac, gatewayMac, GUEST, GATEWAY, data);
            guest.send(Packets.segmentHeader(1448), out);
            assertThat(eventually(() -> find(wire, out))).isEqualTo(out);
            byte[] in = Packets.tcp(gatewayMac, guest.mac, GATEWAY, GUEST, data);
            assertThat(wire.send(Packets.segmentHeader(1448), in)).isTrue();
            // The host's own TCP answers what the guest has sent; that is not meant here.
            byte[] received = eventually(() -> guest.receive().filter(f -> f.length > 1000));
            assertThat(received[1]).as("gso_type").isEqualTo((byte) 1);
            assertThat(received[4] & 0xff | received[5] << 8).as("gso_size").isEqualTo(1448);
            assertThat(received[10]).as("num_buffers").isEqualTo((byte) 40);
            assertThat(Arrays.copyOfRange(received, 12, received.length)).isEqualTo(in);
          }
        });
  }

  @Test
  void aDriverWithoutOffloadsGetsPlainFrames() throws Exception {
    withGuest(
        0,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
            byte[] question = "question".getBytes(StandardCharsets.UTF_8);
            host.send(new DatagramPacket(question, question.length, GUEST, PORT));
            byte[] received = eventually(guest::receive);
            assertThat(received[0]).as("no checksum is left to the guest").isZero();
            assertThat(payload(received)).isEqualTo(question);
          }
        });
  }

  @Test
  void datagramsPassTheBridgeWithChecksumsLeftToEachOther() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
            host.setSoTimeout(60_000);
            for (int i = 0; i < 200; i++) {
              byte[] question = bytes(1 + i * 7);
              host.send(new DatagramPacket(question, question.length, GUEST, PORT));
              byte[] received = eventually(guest::receive);
              assertThat(received[0] & 1).as("NEEDS_CSUM").isEqualTo(1);
              assertThat(payload(received)).isEqualTo(question);
              byte[] answer = bytes(1 + i * 7);
              guest.send(
                  Packets.checksumHeader(),
                  Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, answer));
              assertThat(next(host)).isEqualTo(answer);
            }
          }
        });
  }

  @Test
  void receivingGoesOnAfterAFlood() throws Exception {
    for (long features : new long[] {ALL, VirtioFeature.EVENT_IDX, 0}) {
      withGuest(
          features,
          (guest, gatewayMac) -> {
            try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
              host.setSoTimeout(60_000);
              byte[] noise = bytes(1400);
              for (int i = 0; i < 20_000; i++) {
                host.send(new DatagramPacket(noise, noise.length, GUEST, PORT));
                if (i % 50 == 0) {
                  // Slower than the flood, so that it runs out of buffers again and again.
                  guest.receive();
                  guest.nic.fillReceive(1536);
                }
              }
              while (guest.receive().isPresent()) {}
              byte[] last = bytes(33);
              guest.nic.fillReceive(1536);
              // The TAP's own queue is full of noise; behind it, one of these comes through.
              soon()
                  .until(
                      () -> {
                        host.send(new DatagramPacket(last, last.length, GUEST, PORT));
                        Optional<byte[]> frame = guest.receive();
                        while (frame.isPresent() && !Arrays.equals(payload(frame.get()), last)) {
                          frame = guest.receive();
                        }
                        return frame.isPresent();
                      });
              guest.send(
                  Packets.checksumHeader(),
                  Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, last));
              assertThat(next(host)).isEqualTo(last);
            }
          });
    }
  }

  @Test
  void sendingGoesOnAfterAFlood() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY)) {
            host.setSoTimeout(60_000);
            byte[] noise =
                Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT + 1, bytes(1400));
            for (int i = 0; i < 20_000; i++) {
              // Two buffers a frame.
              if (free(guest) < 2) {
                soon().until(() -> free(guest) >= 2);
              }
              guest.send(Packets.checksumHeader(), noise);
            }
            byte[] last = bytes(33);
            soon().until(() -> free(guest) >= 2);
            guest.send(
                Packets.checksumHeader(),
                Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, last));
            assertThat(next(host)).isEqualTo(last);
            assertSent(guest.nic, 20_001);
          }
        });
  }

  @Test
  void aGuestCannotSpeakForAnotherNorToIt() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          try (DatagramSocket host = new DatagramSocket(PORT, GATEWAY);
              Guest other = new Guest("ct-1", OTHER, ALL)) {
            other.awaitForwarding();
            host.setSoTimeout(60_000);
            other.nic.fillReceive(1536);
            byte[] forged = "forged".getBytes(StandardCharsets.UTF_8);
            byte[] honest = "honest".getBytes(StandardCharsets.UTF_8);
            guest.send(
                Packets.checksumHeader(),
                Packets.udp(other.mac, gatewayMac, OTHER, GATEWAY, PORT, forged));
            guest.send(
                Packets.checksumHeader(),
                Packets.udp(guest.mac, other.mac, GUEST, OTHER, PORT, forged));
            guest.send(
                Packets.checksumHeader(),
                Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, honest));
            assertThat(next(host)).isEqualTo(honest);
            host.send(new DatagramPacket(honest, honest.length, OTHER, PORT));
            // In order: had the forged frame passed, it would have come first.
            assertThat(payload(eventually(other::receive))).isEqualTo(honest);
          }
        });
  }

  @Test
  void aTapThatIsRemovedIsLeftAlone() throws Exception {
    withGuest(
        ALL,
        (guest, gatewayMac) -> {
          guest.nic.fillReceive(1536);
          await().until(guest.nic.net::wantsPoll);
          TapDevice.delete("ct-0");
          await().until(() -> !guest.nic.net.wantsPoll());
          guest.send(
              Packets.plainHeader(),
              Packets.udp(guest.mac, gatewayMac, GUEST, GATEWAY, PORT, bytes(10)));
          await().until(() -> guest.nic.net.counters().sendDrops() == 1);
          assertThat(guest.nic.net.counters().receiveErrors()).isEqualTo(1);
          assertThat(guest.nic.driver.status()).isEqualTo(15);
        });
  }

  /** What is done with a guest; the gateway's address is given, too. */
  @FunctionalInterface
  interface Scene {
    void play(Guest guest, MacAddress gatewayMac) throws Exception;
  }

  final void withGuest(long features, Scene scene) throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-test", GATEWAY, 24);
          try (Guest guest = new Guest("ct-0", GUEST, features)) {
            guest.awaitForwarding();
            scene.play(guest, MacAddress.forAddress(GATEWAY));
          }
        });
  }

  private static int free(Guest guest) {
    while (guest.nic.tx().take().isPresent()) {}
    return guest.nic.tx().freeDescriptors();
  }

  private static Optional<byte[]> find(PacketSocket wire, byte[] wanted) {
    Optional<byte[]> frame = wire.receive();
    while (frame.isPresent() && !Arrays.equals(frame.get(), wanted)) {
      frame = wire.receive();
    }
    return frame;
  }

  static byte[] next(DatagramSocket socket) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("No datagram from the guest.", e);
    }
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  static byte[] payload(byte[] received) {
    return Arrays.copyOfRange(received, Packets.HEADER + Packets.UDP_PAYLOAD, received.length);
  }

  static <T> T eventually(Supplier<Optional<T>> supplier) {
    return soon().until(supplier::get, Optional::isPresent).orElseThrow();
  }

  // Sockets and processes must be made by the test's own thread: it alone is in the namespace.
  static ConditionFactory soon() {
    return await()
        .pollInSameThread()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1));
  }

  // A type that no network stack answers.
  private byte[] ethernet(MacAddress from, MacAddress to, int length) {
    byte[] frame = bytes(length);
    System.arraycopy(to.bytes(), 0, frame, 0, 6);
    System.arraycopy(from.bytes(), 0, frame, 6, 6);
    frame[12] = (byte) 0x88;
    frame[13] = (byte) 0xb5;
    return frame;
  }

  final byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Inet4Address ip(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
