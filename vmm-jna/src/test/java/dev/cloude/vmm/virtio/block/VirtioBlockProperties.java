package dev.cloude.vmm.virtio.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Requests in buffers of any lengths, on a host that reads as much at once as it likes. */
class VirtioBlockProperties {
  private static final int SECTORS = 40;
  private static final byte[] CONTENT = new byte[SECTORS * 512];

  static {
    new Random(5).nextBytes(CONTENT);
  }

  @Property(tries = 200)
  void howARequestIsCutIntoBuffersDoesNotMatter(
      @ForAll @IntRange(max = SECTORS) int sector,
      @ForAll @IntRange(max = 20) int count,
      @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 20) Integer> headerCuts,
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 3000) Integer> roomCuts,
      @ForAll @IntRange(min = 1, max = 5000) int atOnce) {
    try (Requests requests = new Requests(new Slow(atOnce), RateLimit.NONE)) {
      int length = count * 512;
      int head = requests.post(0, sector, cut(16, headerCuts), cut(length + 1, roomCuts));
      requests.driver.runDevice();
      boolean there = sector + count <= SECTORS;
      assertThat(requests.driver.queue(0).take()).contains(new Used(head, there ? length + 1 : 1));
      assertThat(requests.memory.readU8(Requests.DATA + length)).isEqualTo(there ? 0 : 1);
      byte[] wanted = new byte[length];
      if (there) {
        System.arraycopy(CONTENT, sector * 512, wanted, 0, length);
      }
      assertThat(requests.data(length)).isEqualTo(wanted);
    }
  }

  @Property(tries = 500)
  void anySectorAndTypeIsAnswered(
      @ForAll int type, @ForAll long sector, @ForAll @LongRange(max = 3000) long room) {
    try (Requests requests = new Requests(new Slow(4096), RateLimit.NONE)) {
      int status = requests.ask(type, sector, (int) room);
      boolean read = type == 0 && room % 512 == 0 && sector >= 0 && sector <= SECTORS - room / 512;
      int wanted = read || type == 4 || type == 8 ? 0 : type == 0 || type == 1 ? 1 : 2;
      assertThat(status).isEqualTo(wanted);
      assertThat(requests.device.failure()).isEmpty();
      assertThat(requests.block.refused()).isEqualTo(wanted == 0 ? 0 : 1);
    }
  }

  // The lengths as given, as far as they go, then what is left.
  private static List<Integer> cut(int total, List<Integer> lengths) {
    List<Integer> parts = new ArrayList<>();
    int left = total;
    for (int length : lengths) {
      if (length < left) {
        parts.add(length);
        left -= length;
      }
    }
    parts.add(left);
    return parts;
  }

  private record Slow(int atOnce) implements BlockImage {
    @Override
    public long size() {
      return CONTENT.length;
    }

    @Override
    public long read(long iovecs, int count, long position) {
      ByteBuffer entries = LibC.view(iovecs, 16L * count);
      int done = 0;
      for (int i = 0; i < count && done < atOnce; i++) {
        int step = (int) Math.min(entries.getLong(16 * i + 8), atOnce - done);
        int from = (int) position + done;
        LibC.view(entries.getLong(16 * i), step)
            .put(Arrays.copyOfRange(CONTENT, from, from + step));
        done += step;
      }
      return done;
    }

    @Override
    public void close() {}
  }
}
