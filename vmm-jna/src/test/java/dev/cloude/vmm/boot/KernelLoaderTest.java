package dev.cloude.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.boot.BootException.Code;
import dev.cloude.vmm.boot.KernelFiles.Load;
import dev.cloude.vmm.memory.GuestMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelLoaderTest {
  private static final byte[] CODE = {(byte) 0xf4, 0x12, 0x34};
  private static final int MIB = 1 << 20;

  private Path folder;
  private GuestMemory memory;

  @BeforeEach
  @BeforeProperty
  void open() throws IOException {
    folder = Files.createTempDirectory("kernels");
    memory = GuestMemory.allocate(16 * MIB);
  }

  @AfterEach
  @AfterProperty
  void close() throws IOException {
    memory.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private LoadedKernel load(ByteBuffer image, BootProtocol protocol) {
    try {
      Path file = KernelFiles.write(folder, image);
      try {
        return KernelLoader.load(file, protocol, memory);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRefused(ByteBuffer image, BootProtocol protocol, Code code) {
    assertThatThrownBy(() -> load(image, protocol))
        .isInstanceOfSatisfying(BootException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void assertRefused(ByteBuffer image, Code code) {
    assertRefused(image, BootProtocol.AUTO, code);
  }

  @Test
  void bzImageIsLoadedAtOneMebibyteAndEnteredBehindIts32BitCode() {
    LoadedKernel kernel = load(KernelFiles.bzImage(CODE), BootProtocol.AUTO);
    assertThat(kernel.protocol()).isEqualTo(BootProtocol.LINUX_64);
    assertThat(kernel.entry()).isEqualTo(MIB + 0x200);
    assertThat(memory.readU8(MIB + 0x200)).isEqualTo(0xf4);
    assertThat(memory.readU16(MIB + 0x201)).isEqualTo(0x3412);
    // Moves to the next 2 MiB, the alignment, and needs init_size there.
    assertThat(kernel.end()).isEqualTo(3 * MIB);
    assertThat(kernel.commandLineLimit()).isEqualTo(2047);
    assertThat(kernel.initrdLimit()).isEqualTo(Long.MAX_VALUE);
    assertThat(kernel.setupHeader()).hasSize(0x202 + 0x6a - 0x1f1);
  }

  @Test
  void bzImageThatCannotReachHighMemoryLimitsTheInitramfs() {
    ByteBuffer image = KernelFiles.bzImage(CODE);
    image.putShort(0x236, (short) 1);
    assertThat(load(image, BootProtocol.AUTO).initrdLimit()).isEqualTo(0x8000_0000L);
  }

  @Test
  void commandLineLimitIsCutToTheRoomThereIs() {
    ByteBuffer image = KernelFiles.bzImage(CODE);
    image.putInt(0x238, -1);
    assertThat(load(image, BootProtocol.AUTO).commandLineLimit()).isEqualTo(0xffff);
  }

  @Test
  void bzImageWithout64BitEntryIsRefused() {
    ByteBuffer image = KernelFiles.bzImage(CODE);
    image.putShort(0x236, (short) 0);
    assertRefused(image, Code.KERNEL_ENTRY);
    ByteBuffer old = KernelFiles.bzImage(CODE);
    old.putShort(0x206, (short) 0x020b);
    assertRefused(old, Code.KERNEL_ENTRY);
    assertRefused(KernelFiles.bzImage(CODE), BootProtocol.PVH, Code.KERNEL_ENTRY);
  }

  @Test
  void truncatedBzImageIsRefused() {
    ByteBuffer image = KernelFiles.bzImage(new byte[4096]);
    assertRefused(KernelFiles.truncated(image, image.capacity() - 1), Code.KERNEL_TRUNCATED);
    assertRefused(KernelFiles.truncated(image, 0x300), Code.KERNEL_TRUNCATED);
    assertRefused(KernelFiles.truncated(image, 0x2ff), Code.KERNEL_FORMAT);
    assertRefused(KernelFiles.truncated(image, 0), Code.KERNEL_FORMAT);
  }

  @Test
  void bzImageThatNeedsMoreMemoryIsRefusedWithTheNeed() {
    ByteBuffer image = KernelFiles.bzImage(CODE);
    image.putInt(0x260, 0x3378000);
    image.putLong(0x258, 0x1000000);
    assertThatThrownBy(() -> load(image, BootProtocol.AUTO))
        .hasMessageContaining("needs RAM up to guest address 0x4378000")
        .hasMessageEndingWith("give it at least 68 MiB.");
    image.putLong(0x258, -1);
    assertRefused(image, Code.MEMORY_TOO_SMALL);
    image.putLong(0x258, Long.MAX_VALUE);
    assertRefused(image, Code.MEMORY_TOO_SMALL);
  }

  @Test
  void otherFilesAreRefused() {
    assertRefused(ByteBuffer.wrap("#!/bin/sh\necho".repeat(100).getBytes()), Code.KERNEL_FORMAT);
    assertThatThrownBy(() -> KernelLoader.load(folder.resolve("none"), BootProtocol.AUTO, memory))
        .hasMessage("Cannot read " + folder.resolve("none") + ": there is no such file.");
    assertThatThrownBy(() -> KernelLoader.load(folder, BootProtocol.AUTO, memory))
        .isInstanceOf(BootException.class);
  }

  @Test
  void elfSegmentsGoToTheirPhysicalAddresses() {
    List<Load> loads =
        List.of(
            new Load(2 * MIB, new byte[] {1, 2, 3}, 0x1000), new Load(4 * MIB, new byte[] {4}, 1));
    LoadedKernel kernel = load(KernelFiles.elf(2 * MIB, loads, new byte[0]), BootProtocol.AUTO);
    assertThat(kernel.protocol()).isEqualTo(BootProtocol.LINUX_64);
    assertThat(kernel.entry()).isEqualTo(2 * MIB);
    assertThat(kernel.end()).isEqualTo(4 * MIB + 1);
    assertThat(memory.readU32(2 * MIB)).isEqualTo(0x030201);
    assertThat(memory.readU8(4 * MIB)).isEqualTo(4);
    assertThat(kernel.setupHeader()).isEmpty();
  }

  @Test
  void pvhNoteIsPreferredUnlessTheOtherEntryIsAskedFor() {
    byte[] notes =
        concat(
            KernelFiles.note("GNU", 1, new byte[5]),
            KernelFiles.note("Xen", 6, new byte[8]),
            KernelFiles.pvhNote(2 * MIB + 16));
    ByteBuffer elf = KernelFiles.elf(2 * MIB, KernelFiles.one(2 * MIB, 64), notes);
    assertThat(load(elf, BootProtocol.AUTO).entry()).isEqualTo(2 * MIB + 16);
    assertThat(load(elf, BootProtocol.PVH).protocol()).isEqualTo(BootProtocol.PVH);
    assertThat(load(elf, BootProtocol.LINUX_64).entry()).isEqualTo(2 * MIB);
    ByteBuffer none = KernelFiles.elf(2 * MIB, KernelFiles.one(2 * MIB, 64), new byte[0]);
    assertRefused(none, BootProtocol.PVH, Code.KERNEL_ENTRY);
  }

  @Test
  void elfThatOverlapsIsRefused() {
    List<Load> loads =
        List.of(
            new Load(2 * MIB, new byte[0x100], 0x100000),
            new Load(3 * MIB - 1, new byte[0x100], 0x100));
    assertRefused(KernelFiles.elf(2 * MIB, loads, new byte[0]), Code.KERNEL_OVERLAP);
    ByteBuffer low = KernelFiles.elf(0x9000, KernelFiles.one(0x9000, 64), new byte[0]);
    assertRefused(low, Code.KERNEL_OVERLAP);
    // Below everything: addresses are signed here, and −1 is no address.
    ByteBuffer negative = KernelFiles.elf(-1, KernelFiles.one(-1, 64), new byte[0]);
    assertRefused(negative, Code.KERNEL_OVERLAP);
  }

  @Test
  void elfOutsideOfMemoryIsRefused() {
    for (long address : new long[] {16 * MIB, 16 * MIB - 63, Long.MAX_VALUE - 10}) {
      assertRefused(
          KernelFiles.elf(address, KernelFiles.one(address, 64), new byte[0]),
          Code.MEMORY_TOO_SMALL);
    }
    List<Load> huge = List.of(new Load(2 * MIB, new byte[1], Long.MAX_VALUE));
    assertRefused(KernelFiles.elf(2 * MIB, huge, new byte[0]), Code.MEMORY_TOO_SMALL);
  }

  @Test
  void damagedElfIsRefused() {
    ByteBuffer good = KernelFiles.elf(2 * MIB, KernelFiles.one(2 * MIB, 64), new byte[0]);
    assertRefused(KernelFiles.truncated(good, good.capacity() - 1), Code.KERNEL_TRUNCATED);
    assertRefused(KernelFiles.truncated(good, 100), Code.KERNEL_TRUNCATED);
    assertRefused(KernelFiles.truncated(good, 63), Code.KERNEL_TRUNCATED);
    assertRefused(copy(good).putShort(18, (short) 3), Code.KERNEL_ENTRY);
    assertRefused(copy(good).put(4, (byte) 1), Code.KERNEL_ENTRY);
    assertRefused(copy(good).putShort(54, (short) 32), Code.KERNEL_FORMAT);
    assertRefused(copy(good).putShort(56, (short) 0), Code.KERNEL_FORMAT);
    assertRefused(copy(good).putLong(32, -5), Code.KERNEL_FORMAT);
    assertRefused(copy(good).putInt(64, 7), Code.KERNEL_FORMAT);
    assertRefused(copy(good).putLong(64 + 40, 1), Code.KERNEL_FORMAT);
    assertRefused(copy(good).putLong(24, 5 * MIB), Code.KERNEL_ENTRY);
  }

  @Property(tries = 2000)
  void anyChangeOfTheHeadIsLoadedOrRefused(
      @ForAll @IntRange(max = 0x2ff) int at, @ForAll long value, @ForAll boolean elf) {
    ByteBuffer image =
        elf
            ? KernelFiles.elf(
                2 * MIB, KernelFiles.one(2 * MIB, 64), KernelFiles.pvhNote(2 * MIB + 1))
            : KernelFiles.bzImage(CODE);
    image.putLong(at, value);
    try {
      LoadedKernel kernel = load(image, BootProtocol.AUTO);
      assertThat(kernel.end()).isBetween((long) MIB, 16L * MIB);
      assertThat(kernel.commandLineLimit()).isBetween(0, 0xffff);
    } catch (BootException e) {
      assertThat(e.getMessage()).endsWith(".");
    }
  }

  @Property(tries = 500)
  void anyNotesAreReadOrIgnored(@ForAll byte[] notes) {
    ByteBuffer elf = KernelFiles.elf(2 * MIB, KernelFiles.one(2 * MIB, 64), notes);
    assertThat(load(elf, BootProtocol.AUTO).entry()).isEqualTo(2 * MIB);
  }

  private static ByteBuffer copy(ByteBuffer content) {
    return KernelFiles.truncated(content, content.capacity());
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(1024);
    for (byte[] part : parts) {
      all.put(part);
    }
    return Arrays.copyOf(all.array(), all.position());
  }
}
