package dev.cloude.vmm.virtio.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.virtio.vsock.GuestSockets.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever both sides do, in whatever order, no byte is lost, and neither overruns the other. */
class VsockCreditProperties {
  private static final int PEER = 77;

  private enum Act {
    HOST_WRITES,
    HOST_READS,
    GUEST_WRITES,
    GUEST_READS,
    GUEST_ASKS
  }

  private record Step(Act act, int amount) {}

  // The guest's own count of its one socket.
  private static final class Peer {
    final GuestSockets guest = GuestSockets.started();
    final ByteArrayOutputStream got = new ByteArrayOutputStream();
    int buffered;
    int sent;
    int hostAllocated;
    int hostForwarded;
    boolean told;

    void receive() {
      guest.driver.runDevice();
      for (Optional<Received> p = guest.poll(); p.isPresent(); p = guest.poll()) {
        Received packet = p.get();
        hostAllocated = packet.allocated();
        hostForwarded = packet.forwarded();
        if (packet.operation() == Operation.CREDIT_REQUEST) {
          told = false;
        }
        got.writeBytes(packet.data());
        buffered += packet.data().length;
        assertThat(buffered).isLessThanOrEqualTo(guest.allocated);
        assertThat(packet.operation()).isNotEqualTo(Operation.RST);
        guest.driver.runDevice();
      }
      if (!told) {
        told = true;
        guest.send(Operation.CREDIT_UPDATE, PEER, 0);
        receive();
      }
    }

    void read(int most) {
      int count = Math.min(most, buffered);
      buffered -= count;
      guest.forwarded += count;
      told = false;
    }

    int mayWrite(int wanted) {
      return Math.min(wanted, hostAllocated - (sent - hostForwarded));
    }
  }

  @Property(tries = 80)
  void streamsStayWholeAndWithinTheirCredit(
      @ForAll("steps") List<Step> steps, @ForAll("allocations") int allocation) throws IOException {
    Random random = new Random(1);
    Peer peer = new Peer();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (GuestSockets guest = peer.guest) {
      guest.allocated = allocation;
      guest.send(Operation.REQUEST, PEER, 0);
      peer.receive();
      VsockConnection host = guest.vsock.door().accept(GuestSockets.PORT, Duration.ZERO);
      Connection connection = guest.vsock.table().find(GuestSockets.PORT, PEER);
      for (Step step : steps) {
        switch (step.act()) {
          case HOST_WRITES -> {
            byte[] data = new byte[Math.min(step.amount(), connection.room())];
            random.nextBytes(data);
            host.output().write(data);
            written.writeBytes(data);
          }
          case HOST_READS ->
              read.writeBytes(
                  host.input().readNBytes(Math.min(step.amount(), host.input().available())));
          case GUEST_WRITES -> {
            byte[] data = new byte[Math.min(8192, peer.mayWrite(step.amount()))];
            random.nextBytes(data);
            guest.send(Operation.RW, PEER, 0, data);
            peer.sent += data.length;
            sent.writeBytes(data);
          }
          case GUEST_READS -> peer.read(step.amount());
          case GUEST_ASKS -> guest.send(Operation.CREDIT_REQUEST, PEER, 0);
        }
        peer.receive();
      }
      read.writeBytes(host.input().readNBytes(host.input().available()));
      while (peer.got.size() < written.size()) {
        peer.read(Integer.MAX_VALUE);
        peer.receive();
      }
      assertThat(peer.got.toByteArray()).isEqualTo(written.toByteArray());
      assertThat(read.toByteArray()).isEqualTo(sent.toByteArray());
      // A guest that has used all its credit is told as soon as half of it is free again.
      assertThat(peer.mayWrite(Integer.MAX_VALUE)).isGreaterThan(Connection.RECEIVE_BYTES / 2);
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(Arbitraries.of(Act.class), Arbitraries.integers().between(1, 70_000))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<Integer> allocations() {
    return Arbitraries.integers().between(300, 300_000);
  }
}
