package dev.cloude.vmm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestMemoryTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @Test
  void smallMemoryIsOneAlignedRegion() {
    try (GuestMemory memory = GuestMemory.allocate(64 * MIB)) {
      assertThat(memory.regions()).hasSize(1);
      MemoryRegion region = memory.regions().get(0);
      assertThat(region.guestAddress()).isZero();
      assertThat(region.size()).isEqualTo(64 * MIB);
      assertThat(region.hostAddress() % (2 * MIB)).isZero();
    }
  }

  @Test
  void largeMemoryIsSplitAroundTheGap() {
    try (GuestMemory memory = GuestMemory.allocate(5 * GIB)) {
      assertThat(memory.size()).isEqualTo(5 * GIB);
      assertThat(memory.regions()).hasSize(2);
      assertThat(memory.regions().get(0).end()).isEqualTo(0xc000_0000L);
      assertThat(memory.regions().get(1).guestAddress()).isEqualTo(0x1_0000_0000L);
      assertThat(memory.regions().get(1).end()).isEqualTo(0x1_8000_0000L);

      memory.writeU64(0x1_8000_0000L - 8, 0x1122334455667788L);
      assertThat(memory.readU8(0x1_8000_0000L - 1)).isEqualTo(0x11);
      assertThatThrownBy(() -> memory.readU8(0x1_8000_0000L))
          .isInstanceOf(GuestMemoryException.class)
          .hasMessage("No RAM at guest address 0x180000000 for 1 bytes.");
      assertThatThrownBy(() -> memory.readU8(0xc000_0000L))
          .isInstanceOf(GuestMemoryException.class);
      assertThatThrownBy(() -> memory.readU8(0xffff_ffffL))
          .isInstanceOf(GuestMemoryException.class);
    }
  }

  @Test
  void residentIsWhatWasTouched() {
    try (GuestMemory memory = GuestMemory.allocate(5 * GIB)) {
      assertThat(memory.resident()).isZero();
      memory.writeU8(12345, 1);
      memory.writeU8(0x1_8000_0000L - 1, 1);
      // A page each, or a huge page each.
      assertThat(memory.resident()).isIn(2 * 4096L, 4 * MIB);
    }
  }

  @Test
  void hugePagesAreAskedForInsideRamOnly() {
    try (GuestMemory memory = GuestMemory.allocate(64 * MIB + 4096)) {
      memory.preferHugePages(62 * MIB + 4096, 2 * MIB);
      memory.writeU8(64 * MIB + 4095, 7);
      assertThat(memory.readU8(64 * MIB + 4095)).isEqualTo(7);
      assertThatThrownBy(() -> memory.preferHugePages(63 * MIB, 2 * MIB))
          .isInstanceOf(GuestMemoryException.class);
    }
  }

  @Test
  void exactly3GibHasNoHighRegion() {
    try (GuestMemory memory = GuestMemory.allocate(3 * GIB)) {
      assertThat(memory.regions()).hasSize(1);
    }
    try (GuestMemory memory = GuestMemory.allocate(3 * GIB + 4096)) {
      assertThat(memory.regions().get(1).size()).isEqualTo(4096);
    }
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    for (long size : new long[] {0, -4096, 4095, 4097, GuestMemory.MAX_SIZE + 4096}) {
      assertThatThrownBy(() -> GuestMemory.allocate(size))
          .isInstanceOf(GuestMemoryException.class)
          .hasMessageContaining("" + size);
    }
  }

  @Property(tries = 200)
  void aValueReadsBackAtAnyAddressAlsoAcrossAPiece(
      @ForAll @IntRange(min = -16, max = 16) int distance, @ForAll long value) {
    try (GuestMemory memory = GuestMemory.allocate(GIB + 4096)) {
      long address = GIB + distance;
      memory.writeU64(address, value);
      assertThat(memory.readU64(address)).isEqualTo(value);
      assertThat(memory.readU32(address)).isEqualTo(value & 0xffff_ffffL);
      assertThat(memory.readU16(address)).isEqualTo((int) value & 0xffff);
      assertThat(memory.readU8(address + 7)).isEqualTo((int) (value >>> 56));
      byte[] bytes = new byte[8];
      memory.read(address, bytes, 0, 8);
      memory.write(address + 8, bytes);
      assertThat(memory.readU64(address + 8)).isEqualTo(value);
      memory.writeU32(address, 1);
      memory.writeU16(address, 2);
      memory.writeU8(address, 3);
      assertThat(memory.readU32(address)).isEqualTo(3);
    }
  }

  @Property
  void containsAgreesWithUnboundedArithmetic(
      @ForAll long address, @ForAll long length, @ForAll @LongRange(min = 1, max = 4) long pages) {
    MemoryRegion region = new MemoryRegion(0x1000, pages * 4096, 0x7f0000000000L);
    BigInteger end = BigInteger.valueOf(address).add(BigInteger.valueOf(length));
    boolean expected =
        length >= 0 && address >= 0x1000 && end.compareTo(BigInteger.valueOf(region.end())) <= 0;
    assertThat(region.contains(address, length)).isEqualTo(expected);
  }

  @Property
  void containsAgreesNearTheEdges(
      @ForAll @LongRange(min = 0xf00, max = 0x3100) long address,
      @ForAll @LongRange(min = -1, max = 0x2100) long length) {
    MemoryRegion region = new MemoryRegion(0x1000, 0x2000, 0);
    assertThat(region.contains(address, length))
        .isEqualTo(length >= 0 && address >= 0x1000 && address + length <= 0x3000);
  }

  @Test
  void wrappingRangesAreRefused() {
    try (GuestMemory memory = GuestMemory.allocate(MIB)) {
      assertThatThrownBy(() -> memory.hostAddress(-1, 2)).isInstanceOf(GuestMemoryException.class);
      assertThatThrownBy(() -> memory.hostAddress(4096, Long.MAX_VALUE))
          .isInstanceOf(GuestMemoryException.class);
      assertThatThrownBy(() -> memory.hostAddress(4096, -1))
          .isInstanceOf(GuestMemoryException.class);
      assertThatThrownBy(() -> memory.read(MIB - 1, new byte[2], 0, 2))
          .isInstanceOf(GuestMemoryException.class);
      assertThat(memory.hostAddress(MIB, 0)).isEqualTo(memory.regions().get(0).hostAddress() + MIB);
    }
  }

  @Test
  void viewWritesThrough() {
    try (GuestMemory memory = GuestMemory.allocate(MIB)) {
      memory.view(0x2000, 8).putInt(4, 0xcafe);
      assertThat(memory.readU32(0x2004)).isEqualTo(0xcafe);
    }
  }

  @Test
  void closeUnmapsAndLaterAccessFails() throws Exception {
    GuestMemory memory = GuestMemory.allocate(64 * MIB);
    String address = Long.toHexString(memory.regions().get(0).hostAddress()) + "-";
    assertThat(Files.readString(Path.of("/proc/self/maps"))).contains(address);
    memory.close();
    memory.close();
    assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(address);
    assertThatThrownBy(() -> memory.readU8(0)).hasMessageContaining("released");
  }

  @Test
  void onlyWholePagesOfRamCanHoldAFile(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[3 * 4096]);
    try (GuestMemory memory = GuestMemory.allocate(1 << 20);
        FileHandle handle = new FileHandle(LibC.open(file.toString(), LibC.O_RDONLY))) {
      memory.writeU8(0x3000, 7);
      memory.writeU8(0x5000, 8);
      memory.mapFile(0x3000, 0x2000, handle.fd(), 0x1000);
      assertThat(memory.readU8(0x3000)).isZero();
      assertThat(memory.readU8(0x5000)).isEqualTo(8);
      long[][] bad = {
        {0x3001, 0x1000, 0},
        {0x3000, 0xfff, 0},
        {0x3000, 0x1000, 1},
        {0x3000, 0, 0},
        {0xff000, 0x2000, 0},
        {1 << 20, 0x1000, 0},
        {-0x1000, 0x1000, 0}
      };
      for (long[] range : bad) {
        assertThatThrownBy(() -> memory.mapFile(range[0], range[1], handle.fd(), range[2]))
            .isInstanceOf(GuestMemoryException.class);
      }
    }
  }
}
