package dev.cloude.vmm.virtio.block;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.RequestQueue;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.Virtqueue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A disk that the guest can only read. What it asks for and cannot have (to write, a sector past
 * the end, more than {@link #MAX_REQUEST_BYTES} at once, a command that is not offered) is answered
 * with the standard's status and harms nothing; a chain that is no request at all fails the device.
 */
public final class VirtioBlock implements VirtioDevice {
  /** The unit of all addresses, whatever the image. */
  public static final int SECTOR_BYTES = 512;

  /** The most that one request gets; the driver is told limits that keep it below. */
  public static final int MAX_REQUEST_BYTES = 4 << 20;

  /** Bytes of the answer to a request for the disk's name. */
  public static final int ID_BYTES = 20;

  static final int MAX_SEGMENT_BYTES = 64 << 10;
  static final int MAX_SEGMENTS = 62;

  static final int IN = 0;
  static final int OUT = 1;
  static final int FLUSH = 4;
  static final int GET_ID = 8;

  static final int OK = 0;
  static final int IO_ERROR = 1;
  static final int UNSUPPORTED = 2;

  private final BlockImage image;
  private final long sectors;
  private final byte[] id;
  private final BlockRequest request;
  private final RequestQueue queue;
  private final LongAdder requests = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * @param image closed together with this
   * @param id what the disk calls itself, ASCII, cut to {@link #ID_BYTES}
   * @param clock nanoseconds that never run backwards
   */
  public VirtioBlock(
      BlockImage image, String id, RateLimit limit, GuestMemory memory, LongSupplier clock) {
    this.image = image;
    this.sectors = image.size() / SECTOR_BYTES;
    this.id = Arrays.copyOf(id.getBytes(StandardCharsets.US_ASCII), ID_BYTES);
    this.request = new BlockRequest(memory);
    this.queue =
        new RequestQueue(
            new RateLimiter(limit, clock), request.chain(), MAX_REQUEST_BYTES, this::serve);
  }

  /** Requests answered so far, whatever the answer. */
  public long requests() {
    return requests.sum();
  }

  /** Bytes of the image given so far. */
  public long bytes() {
    return bytes.sum();
  }

  /** Requests answered with an error so far. */
  public long refused() {
    return refused.sum();
  }

  @Override
  public int deviceId() {
    return 2;
  }

  @Override
  public int queueCount() {
    return 1;
  }

  @Override
  public long features() {
    return BlockFeature.OFFERED;
  }

  // capacity u64, size_max u32, seg_max u32, geometry of 4 bytes, blk_size u32; the rest is not
  // offered.
  @Override
  public int configByte(int offset) {
    if (offset < 0) {
      return 0;
    }
    if (offset < 8) {
      return octet(sectors, offset);
    }
    return switch (offset >> 2) {
      case 2 -> octet(MAX_SEGMENT_BYTES, offset & 3);
      case 3 -> octet(MAX_SEGMENTS, offset & 3);
      case 5 -> octet(SECTOR_BYTES, offset & 3);
      default -> 0;
    };
  }

  @Override
  public void activate(long features, Virtqueue[] queues) {
    queue.activate(queues[0]);
  }

  @Override
  public void reset() {
    queue.reset();
  }

  @Override
  public void queueKicked(int index) {
    resume();
  }

  @Override
  public long delayNanos() {
    return queue.delayNanos();
  }

  @Override
  public void resume() {
    queue.resume();
  }

  @Override
  public void close() {
    reset();
    request.close();
    image.close();
  }

  // Returns how many bytes were written, the status among them.
  private long serve() {
    request.open();
    requests.increment();
    long type = request.type();
    if (type == IN) {
      return read();
    }
    if (type == GET_ID) {
      return request.fill(id) + answer(OK);
    }
    // Nothing is ever written, so that everything is always safe on the disk.
    return type == FLUSH ? answer(OK) : answer(type == OUT ? IO_ERROR : UNSUPPORTED);
  }

  private long read() {
    long length = request.room();
    long first = request.sector();
    boolean inside =
        length <= MAX_REQUEST_BYTES
            && length % SECTOR_BYTES == 0
            && first >= 0
            && first <= sectors - length / SECTOR_BYTES;
    if (!inside) {
      return answer(IO_ERROR);
    }
    long done = 0;
    while (done < length) {
      int count = request.gather(done);
      long got = image.read(request.vectors(), count, first * SECTOR_BYTES + done);
      if (got <= 0) {
        // The host's disk failed, or somebody cut the file short.
        bytes.add(done);
        return done + answer(IO_ERROR);
      }
      done += got;
    }
    bytes.add(done);
    return done + answer(OK);
  }

  // Returns the bytes of a status.
  private int answer(int status) {
    if (status != OK) {
      refused.increment();
    }
    request.status(status);
    return 1;
  }

  private static int octet(long value, int index) {
    return (int) (value >>> (8 * index)) & 0xff;
  }
}
