package dev.cloude.vmm.boot;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Fuzz target: initramfs and command line, behind a kernel that sets any limits. Refused with a
 * {@link BootException}, or in RAM where the zero page says, in nobody's way.
 *
 * <p>Input: pages of RAM above 1 MiB, what the kernel's header says of both, size of the initramfs,
 * then the command line.
 */
public final class BootSourceFuzz {
  private static final FuzzFile KERNEL = new FuzzFile();
  private static final FuzzFile INITRD = new FuzzFile();
  private static final FuzzRam RAM = new FuzzRam();
  // Above 1 MiB; an initramfs of any size that just fits or just does not is as good as a large
  // one.
  private static final int MAX_PAGES = 32;
  private static final byte[] CODE = {(byte) 0xf4};

  private BootSourceFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    long ram = GuestLayout.HIGH_MEMORY + (input.u8() % MAX_PAGES + 1) * GuestMemory.PAGE;
    byte[] kernel = kernel(input);
    byte[] initrd = new byte[(int) (input.u32() % (MAX_PAGES * GuestMemory.PAGE))];
    Arrays.fill(initrd, (byte) 0xee);
    boolean wide = input.flag();
    byte[] text = input.rest();
    // Characters of one byte each, or any, also halves of pairs.
    String line =
        wide
            ? new String(text, StandardCharsets.UTF_16LE)
            : new String(text, StandardCharsets.ISO_8859_1);
    GuestBoot.Source source =
        new GuestBoot.Source(
            KERNEL.with(kernel), Optional.of(INITRD.with(initrd)), BootProtocol.AUTO, false);
    GuestMemory memory = RAM.empty(ram);
    try {
      GuestBoot.load(memory, source, 1, 2).commandLine(line);
      check(memory, kernel, initrd, line);
    } catch (BootException e) {
      Invariant.holds(e.getMessage().endsWith("."), "errors are sentences", e.getMessage());
    }
  }

  private static byte[] kernel(FuzzInput input) {
    ByteBuffer image = KernelFiles.bzImage(CODE);
    image.put(0x201, (byte) input.u8());
    image.putInt(0x22c, (int) input.u32());
    image.putInt(0x230, (int) input.u32());
    image.putShort(0x236, (short) (1 | input.u8() << 1));
    image.putInt(0x238, (int) input.u32());
    image.putLong(0x258, input.address(1 << 21));
    image.putInt(0x260, (int) input.u32());
    return image.array();
  }

  private static void check(GuestMemory memory, byte[] kernel, byte[] initrd, String line) {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    long page = GuestLayout.ZERO_PAGE;
    Invariant.holds(memory.readU32(page + 0x238) == text.length, "length is told", text.length);
    LoadedRam.holds(memory, GuestLayout.COMMAND_LINE, text, 0, text.length);
    Invariant.holds(
        memory.readU8(GuestLayout.COMMAND_LINE + text.length) == 0, "it ends", text.length);
    long address = memory.readU32(page + 0x218);
    Invariant.holds(
        memory.readU32(page + 0x21c) == initrd.length, "its size is told", initrd.length);
    Invariant.holds(address % GuestMemory.PAGE == 0, "it starts on a page", address);
    Invariant.holds(
        address >= GuestLayout.HIGH_MEMORY + kernel.length - 1024, "not on the kernel", address);
    LoadedRam.holds(memory, address, initrd, 0, initrd.length);
    LoadedRam.holds(memory, GuestLayout.HIGH_MEMORY, kernel, 1024, kernel.length - 1024);
  }
}
