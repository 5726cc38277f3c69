package dev.cloude.vmm.virtio.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.limit.RateLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtioBlockTest {
  private static final int SECTORS = 12_000;

  @TempDir Path folder;
  private final byte[] content = new byte[SECTORS * 512];
  private Path file;
  private Requests requests;

  @BeforeEach
  void start() throws IOException {
    new Random(3).nextBytes(content);
    file = Files.write(folder.resolve("disk"), content);
    restart(RateLimit.NONE);
  }

  @AfterEach
  void close() {
    requests.close();
  }

  @Test
  void tellsItsSizeAndThatItIsReadOnly() {
    assertThat(requests.driver.read(0x008)).isEqualTo(2);
    requests.driver.write(0x014, 0);
    assertThat(requests.driver.read(0x010) & 0xffff)
        .isEqualTo(1 << 1 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 9);
    assertThat(requests.device.read(0x100, 4)).isEqualTo(SECTORS);
    assertThat(requests.device.read(0x104, 4)).isZero();
    assertThat(requests.device.read(0x108, 4)).isEqualTo(64 << 10);
    assertThat(requests.device.read(0x10c, 4)).isEqualTo(62);
    assertThat(requests.device.read(0x110, 4)).isZero();
    assertThat(requests.device.read(0x114, 4)).isEqualTo(512);
    assertThat(requests.device.read(0x118, 8)).isZero();
  }

  @Test
  void readsWhatTheFileHolds() {
    assertThat(requests.ask(VirtioBlock.IN, 0, 512)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.data(512)).isEqualTo(Arrays.copyOf(content, 512));
    assertThat(requests.ask(VirtioBlock.IN, 1234, 300 * 512)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.data(300 * 512))
        .isEqualTo(Arrays.copyOfRange(content, 1234 * 512, 1534 * 512));
    assertThat(requests.ask(VirtioBlock.IN, SECTORS - 1, 512)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.data(512))
        .isEqualTo(Arrays.copyOfRange(content, content.length - 512, content.length));
    assertThat(requests.block.requests()).isEqualTo(3);
    assertThat(requests.block.bytes()).isEqualTo(302 * 512);
    assertThat(requests.block.refused()).isZero();
    assertThat(requests.device.interrupt().drain()).isPositive();
  }

  @Test
  void writingIsRefusedAndChangesNothing() throws IOException {
    assertThat(requests.ask(VirtioBlock.OUT, 0, 0)).isEqualTo(VirtioBlock.IO_ERROR);
    requests.memory.writeU8(Requests.DATA, 0xff);
    requests.post(VirtioBlock.OUT, 0, List.of(16, 512), List.of(1));
    requests.driver.runDevice();
    assertThat(requests.memory.readU8(Requests.DATA)).isEqualTo(VirtioBlock.IO_ERROR);
    assertThat(requests.block.refused()).isEqualTo(2);
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void flushSucceedsAndUnknownCommandsAreUnsupported() {
    assertThat(requests.ask(VirtioBlock.FLUSH, 0, 0)).isEqualTo(VirtioBlock.OK);
    for (int type : new int[] {2, 3, 5, 11, 13, 0x8000_0000, -1}) {
      assertThat(requests.ask(type, 0, 0)).isEqualTo(VirtioBlock.UNSUPPORTED);
    }
    assertThat(requests.device.malformed()).isZero();
  }

  @Test
  void tellsItsNameAsFarAsThereIsRoom() {
    byte[] name = Arrays.copyOf("the-disk".getBytes(StandardCharsets.US_ASCII), 20);
    assertThat(requests.ask(VirtioBlock.GET_ID, 0, 20)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.data(20)).isEqualTo(name);
    requests.memory.write(Requests.DATA, new byte[64]);
    assertThat(requests.ask(VirtioBlock.GET_ID, 0, 3)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.data(8)).isEqualTo(new byte[] {'t', 'h', 'e', 0, 0, 0, 0, 0});
    assertThat(requests.ask(VirtioBlock.GET_ID, 0, 0)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.ask(VirtioBlock.GET_ID, 0, 64)).isEqualTo(VirtioBlock.OK);
  }

  @Test
  void whatIsNotOnTheDiskIsAnError() {
    long[] sectors = {
      SECTORS, SECTORS + 1, Long.MAX_VALUE, Long.MAX_VALUE / 512, Long.MIN_VALUE, -1
    };
    for (long sector : sectors) {
      assertThat(requests.ask(VirtioBlock.IN, sector, 512)).isEqualTo(VirtioBlock.IO_ERROR);
    }
    assertThat(requests.ask(VirtioBlock.IN, SECTORS - 1, 1024)).isEqualTo(VirtioBlock.IO_ERROR);
    assertThat(requests.ask(VirtioBlock.IN, 0, 511)).isEqualTo(VirtioBlock.IO_ERROR);
    assertThat(requests.ask(VirtioBlock.IN, 0, VirtioBlock.MAX_REQUEST_BYTES + 512))
        .isEqualTo(VirtioBlock.IO_ERROR);
    assertThat(requests.block.bytes()).isZero();
    assertThat(requests.ask(VirtioBlock.IN, 0, VirtioBlock.MAX_REQUEST_BYTES))
        .isEqualTo(VirtioBlock.OK);
    assertThat(requests.ask(VirtioBlock.IN, SECTORS, 0)).isEqualTo(VirtioBlock.OK);
  }

  @Test
  void aFileThatWasCutShortIsAnErrorOfTheDisk() throws IOException {
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(1024);
    }
    assertThat(requests.ask(VirtioBlock.IN, 0, 1024)).isEqualTo(VirtioBlock.OK);
    assertThat(requests.ask(VirtioBlock.IN, 1, 1024)).isEqualTo(VirtioBlock.IO_ERROR);
  }

  @Test
  void noRequestAtAllFailsTheDevice() {
    requests.post(VirtioBlock.IN, 0, List.of(15), List.of(513));
    requests.driver.runDevice();
    assertThat(requests.device.failure().orElseThrow()).contains("15 bytes").endsWith(".");
    assertThat(requests.device.malformed()).isEqualTo(1);
    requests.driver.start(0, 256);
    requests.post(VirtioBlock.IN, 0, List.of(16), List.of());
    requests.driver.runDevice();
    assertThat(requests.driver.status()).isEqualTo(0x4f);
    requests.driver.start(0, 256);
    assertThat(requests.ask(VirtioBlock.IN, 7, 512)).isEqualTo(VirtioBlock.OK);
  }

  @Test
  void waitsWhenItsLimitIsReached() {
    restart(new RateLimit(1000, 0, Duration.ofSeconds(1)));
    requests.post(VirtioBlock.IN, 0, List.of(16), List.of(4096, 1));
    requests.post(VirtioBlock.IN, 0, List.of(16), List.of(512, 1));
    requests.driver.runDevice();
    assertThat(requests.driver.queue(0).take()).isPresent();
    assertThat(requests.driver.queue(0).take()).isEmpty();
    requests.clock.addAndGet(Duration.ofSeconds(4).toNanos());
    requests.driver.runDevice();
    assertThat(requests.driver.queue(0).take()).isPresent();
  }

  @Test
  void aFloodGoesOnInTurnsOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      requests.post(VirtioBlock.IN, 0, List.of(16), List.of(VirtioBlock.MAX_REQUEST_BYTES, 1));
    }
    requests.block.queueKicked(0);
    assertThat(requests.block.requests()).isEqualTo(1);
    assertThat(requests.block.delayNanos()).isZero();
    requests.driver.runDevice();
    assertThat(requests.block.requests()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(requests.driver.queue(0).take()).isPresent();
    }
    assertThat(requests.block.delayNanos()).isZero();
    requests.driver.runDevice();
    assertThat(requests.block.delayNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void onlyWholeSectorsAreADisk() throws IOException {
    Path odd = Files.write(folder.resolve("odd"), new byte[1000]);
    assertThatThrownBy(() -> ImageDescriptor.open(odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 bytes");
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    assertThatThrownBy(() -> ImageDescriptor.open(empty)).hasMessageContaining("0 bytes");
    assertThatThrownBy(() -> ImageDescriptor.open(folder)).hasMessageContaining("folder");
    assertThatThrownBy(() -> ImageDescriptor.open(folder.resolve("none")))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  private void restart(RateLimit limit) {
    if (requests != null) {
      requests.close();
    }
    requests = new Requests(ImageDescriptor.open(file), limit);
  }
}
