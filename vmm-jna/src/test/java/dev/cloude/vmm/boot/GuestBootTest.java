package dev.cloude.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.boot.BootException.Code;
import dev.cloude.vmm.memory.GuestMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestBootTest {
  private static final long MIB = 1 << 20;
  private static final long ZERO_PAGE = GuestLayout.ZERO_PAGE;

  @TempDir Path folder;
  private GuestMemory memory = GuestMemory.allocate(32 * MIB);

  @AfterEach
  void close() {
    memory.close();
  }

  private void load(Optional<Path> initrd, String commandLine) throws IOException {
    Path kernel = KernelFiles.write(folder, KernelFiles.bzImage(new byte[64]));
    GuestBoot.load(memory, new GuestBoot.Source(kernel, initrd, BootProtocol.AUTO, false), 2, 3)
        .commandLine(commandLine);
  }

  private Path initrd(long size) throws IOException {
    byte[] content = new byte[Math.toIntExact(size)];
    new Random(1).nextBytes(content);
    return Files.write(folder.resolve("initrd"), content);
  }

  @Test
  void aMappedInitramfsIsTheSameAndTheFileStaysAsItIs() throws IOException {
    Path initrd = initrd(5 * MIB + 1);
    byte[] content = Files.readAllBytes(initrd);
    Path kernel = KernelFiles.write(folder, KernelFiles.bzImage(new byte[64]));
    GuestBoot.load(
        memory, new GuestBoot.Source(kernel, Optional.of(initrd), BootProtocol.AUTO, true), 1, 2);
    long address = memory.readU32(ZERO_PAGE + 0x218);
    assertThat(memory.readU32(ZERO_PAGE + 0x21c)).isEqualTo(content.length);
    byte[] loaded = new byte[content.length];
    memory.read(address, loaded, 0, loaded.length);
    assertThat(loaded).isEqualTo(content);

    memory.writeU64(address + 4096, 42);
    assertThat(memory.readU64(address + 4096)).isEqualTo(42);
    assertThat(Files.readAllBytes(initrd)).isEqualTo(content);
  }

  @Test
  void zeroPageTellsTheKernelAll() throws IOException {
    Path initrd = initrd(5 * MIB + 1);
    load(Optional.of(initrd), "console=ttyS0 quiet");
    assertThat(memory.readU16(ZERO_PAGE + 0x1fe)).isEqualTo(0xaa55);
    assertThat(memory.readU32(ZERO_PAGE + 0x202)).isEqualTo(0x53726448);
    assertThat(memory.readU8(ZERO_PAGE + 0x210)).isEqualTo(0xff);
    assertThat(memory.readU8(ZERO_PAGE + 0x1ef)).as("sentinel").isZero();
    assertThat(memory.readU64(ZERO_PAGE + 0x70)).isEqualTo(0xe0000);
    byte[] line = new byte[20];
    memory.read(memory.readU32(ZERO_PAGE + 0x228), line, 0, 20);
    assertThat(new String(line)).isEqualTo("console=ttyS0 quiet\0");
    assertThat(memory.readU32(ZERO_PAGE + 0x238)).isEqualTo(19);

    long address = memory.readU32(ZERO_PAGE + 0x218);
    assertThat(address).isEqualTo((32 * MIB - 5 * MIB - 1) & -4096);
    byte[] loaded = new byte[(int) (5 * MIB + 1)];
    memory.read(address, loaded, 0, loaded.length);
    assertThat(loaded).isEqualTo(Files.readAllBytes(initrd));
    assertThat(memory.readU32(ZERO_PAGE + 0x21c)).isEqualTo(loaded.length);

    assertThat(memory.readU8(ZERO_PAGE + 0x1e8)).isEqualTo(3);
    assertThat(memory.readU64(ZERO_PAGE + 0x2d0 + 2 * 20)).isEqualTo(MIB);
    assertThat(memory.readU64(ZERO_PAGE + 0x2d0 + 2 * 20 + 8)).isEqualTo(31 * MIB);
    assertThat(memory.readU32(ZERO_PAGE + 0x2d0 + 2 * 20 + 16)).isEqualTo(1);
  }

  @Test
  void aLaterCommandLineTakesThePlaceOfAnEarlierOne() throws IOException {
    Path kernel = KernelFiles.write(folder, KernelFiles.bzImage(new byte[64]));
    GuestBoot boot =
        GuestBoot.load(
            memory, new GuestBoot.Source(kernel, Optional.empty(), BootProtocol.AUTO, false), 1, 0);
    boot.commandLine("a long one");
    boot.commandLine("short");
    byte[] line = new byte[6];
    memory.read(GuestLayout.COMMAND_LINE, line, 0, 6);
    assertThat(new String(line)).isEqualTo("short\0");
    assertThat(memory.readU32(ZERO_PAGE + 0x238)).isEqualTo(5);
    assertThatThrownBy(() -> boot.commandLine("x".repeat(2048)))
        .isInstanceOfSatisfying(
            BootException.class, e -> assertThat(e.code()).isEqualTo(Code.COMMAND_LINE));
  }

  @Test
  void withoutInitramfsItsFieldsAreZero() throws IOException {
    load(Optional.empty(), "");
    assertThat(memory.readU32(ZERO_PAGE + 0x218)).isZero();
    assertThat(memory.readU32(ZERO_PAGE + 0x21c)).isZero();
  }

  @Test
  void initramfsMayFillAllUpToTheKernelButNoByteMore() throws IOException {
    load(Optional.of(initrd(29 * MIB)), "");
    assertThat(memory.readU32(ZERO_PAGE + 0x218)).isEqualTo(3 * MIB);
    assertThatThrownBy(() -> load(Optional.of(initrd(29 * MIB + 1)), ""))
        .isInstanceOfSatisfying(
            BootException.class, e -> assertThat(e.code()).isEqualTo(Code.INITRD_TOO_LARGE))
        .hasMessageContaining("has 30408705 bytes, but only 30408704 are free");
  }

  @Test
  void emptyOrMissingInitramfsIsRefused() {
    assertThatThrownBy(() -> load(Optional.of(initrd(0)), ""))
        .hasMessageEndingWith("is empty: not an initramfs.");
    assertThatThrownBy(() -> load(Optional.of(folder.resolve("none")), ""))
        .hasMessageEndingWith("there is no such file.");
  }

  @Test
  void commandLineIsTakenUpToTheKernelsLimit() throws IOException {
    load(Optional.empty(), "x".repeat(2047));
    assertThatThrownBy(() -> load(Optional.empty(), "x".repeat(2048)))
        .hasMessage("The kernel command line has 2048 bytes; this kernel takes at most 2047.");
    assertThatThrownBy(() -> load(Optional.empty(), "a\0b")).hasMessageContaining("character 0");
    assertThatThrownBy(() -> load(Optional.empty(), "a\nb")).hasMessageContaining("character 10");
  }

  @Test
  void pvhStartInfoTellsTheKernelAll() throws IOException {
    Path kernel =
        KernelFiles.write(
            folder,
            KernelFiles.elf(
                2 * MIB, KernelFiles.one(2 * MIB, 64), KernelFiles.pvhNote((int) (2 * MIB))));
    GuestBoot.load(
            memory,
            new GuestBoot.Source(kernel, Optional.of(initrd(5000)), BootProtocol.AUTO, false),
            1,
            0)
        .commandLine("quiet");
    assertThat(memory.readU8(GuestLayout.COMMAND_LINE)).isEqualTo('q');
    long info = GuestLayout.PVH_START_INFO;
    assertThat(memory.readU32(info)).isEqualTo(0x336ec578);
    assertThat(memory.readU32(info + 4)).isEqualTo(1);
    assertThat(memory.readU32(info + 12)).isEqualTo(1);
    long module = memory.readU64(info + 16);
    assertThat(memory.readU64(module)).isEqualTo(32 * MIB - 8192);
    assertThat(memory.readU64(module + 8)).isEqualTo(5000);
    assertThat(memory.readU64(info + 24)).isEqualTo(GuestLayout.COMMAND_LINE);
    assertThat(memory.readU64(info + 32)).isEqualTo(GuestLayout.RSDP);
    assertThat(memory.readU32(info + 48)).isEqualTo(3);
    assertThat(memory.readU64(memory.readU64(info + 40) + 2 * 24 + 8)).isEqualTo(31 * MIB);
  }

  @Property(tries = 200)
  void memoryMapCoversEachByteOfMemoryOnce(
      @ForAll @LongRange(min = 16 * 256, max = 3L << 20) long pages) {
    try (GuestMemory any = GuestMemory.allocate(pages * GuestMemory.PAGE)) {
      List<E820Entry> map = E820Entry.map(any);
      long ram = 0;
      long end = 0;
      for (E820Entry entry : map) {
        assertThat(entry.address()).isGreaterThanOrEqualTo(end);
        assertThat(entry.size()).isPositive();
        assertThat(any.contains(entry.address(), entry.size())).isTrue();
        end = entry.address() + entry.size();
        ram += entry.size();
      }
      // The reserved part below 1 MiB is RAM too: the tables lie in it.
      assertThat(ram).isEqualTo(any.size());
      assertThat(map.get(1)).isEqualTo(new E820Entry(0x9fc00, 0x60400, E820Entry.RESERVED));
      assertThat(end).isEqualTo(any.regions().get(any.regions().size() - 1).end());
    } finally {
      memory.close();
    }
  }

  @Test
  void tablesAreWhereTheSearchFindsThem() throws IOException {
    load(Optional.empty(), "");
    byte[] signature = new byte[8];
    memory.read(0xe0000, signature, 0, 8);
    assertThat(new String(signature)).isEqualTo("RSD PTR ");
  }
}
