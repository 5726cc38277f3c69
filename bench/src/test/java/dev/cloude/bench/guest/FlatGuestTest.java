package dev.cloude.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatGuestTest {
  @Test
  void theFileIsAnElfProgramOfOneSegmentEnteredAtItsStart() {
    ByteBuffer elf =
        ByteBuffer.wrap(FlatGuest.portWrites(1000).elf()).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(elf.getInt(0)).isEqualTo(0x464c457f);
    assertThat(elf.get(4)).as("64-bit").isEqualTo((byte) 2);
    assertThat(elf.getShort(18)).as("x86-64").isEqualTo((short) 62);
    assertThat(elf.getLong(24)).as("entry").isEqualTo(FlatGuest.ADDRESS);
    assertThat(elf.getLong(32)).as("program headers").isEqualTo(64);
    assertThat(elf.getShort(56)).as("segments").isEqualTo((short) 1);
    assertThat(elf.getInt(64)).as("loadable").isEqualTo(1);
    assertThat(elf.getLong(72)).as("offset").isEqualTo(120);
    assertThat(elf.getLong(88)).as("physical address").isEqualTo(FlatGuest.ADDRESS);
    assertThat(elf.getLong(96)).as("size in the file").isEqualTo(elf.capacity() - 120);
    assertThat(elf.getLong(104)).as("size in memory").isEqualTo(elf.capacity() - 120);
  }

  @Test
  void theCodeCountsItsWritesAndResets() {
    assertThat(code(FlatGuest.portWrites(0x01020304)))
        .isEqualTo(
            "b904030201" + "66baf400" + "ee" + "ffc9" + "75fb" + "b0fe" + "e664" + "faf4ebfd");
  }

  @Test
  void theIdleGuestWritesOnceAndHalts() {
    assertThat(code(FlatGuest.idle())).isEqualTo("66baf400" + "ee" + "faf4ebfd");
  }

  @Test
  void noWritesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> FlatGuest.portWrites(0));
  }

  @Test
  void isWrittenAsAFile(@TempDir Path folder) {
    Path file = FlatGuest.idle().write(folder.resolve("guest"));
    assertThat(file).exists().hasSize(120 + 9);
    assertThat(Files.isReadable(file)).isTrue();
  }

  private static String code(FlatGuest guest) {
    byte[] elf = guest.elf();
    return HexFormat.of().formatHex(Arrays.copyOfRange(elf, 120, elf.length));
  }
}
