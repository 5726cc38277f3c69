package dev.cloude.vmm.boot;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Fuzz target: any file as an ELF kernel, entered in 64-bit mode or by PVH. It is refused with a
 * {@link BootException}, or all its segments lie in RAM byte for byte.
 *
 * <p>Input: pages of RAM above 1 MiB, protocol, then the file without its magic number.
 */
public final class ElfKernelFuzz {
  private static final FuzzFile FILE = new FuzzFile();
  private static final FuzzRam RAM = new FuzzRam();
  private static final BootProtocol[] PROTOCOLS = BootProtocol.values();
  private static final int MAGIC = 4;

  private ElfKernelFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    long ram = GuestLayout.HIGH_MEMORY + (input.u8() * 4L - 4) * GuestMemory.PAGE;
    BootProtocol wanted = PROTOCOLS[input.u8() % PROTOCOLS.length];
    byte[] rest = input.rest();
    ByteBuffer elf = ByteBuffer.allocate(MAGIC + rest.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0x464c457f).put(rest);
    GuestMemory memory = RAM.empty(ram);
    try {
      check(memory, KernelLoader.load(FILE.with(elf.array()), wanted, memory), elf, wanted);
    } catch (BootException e) {
      Invariant.holds(e.getMessage().endsWith("."), "errors are sentences", e.getMessage());
    }
  }

  private static void check(
      GuestMemory memory, LoadedKernel kernel, ByteBuffer elf, BootProtocol wanted) {
    LoadedRam.fits(memory, kernel);
    Invariant.holds(
        wanted == BootProtocol.AUTO || kernel.protocol() == wanted, "as asked for", kernel);
    int count = elf.getShort(56) & 0xffff;
    int at = (int) elf.getLong(32);
    long end = 0;
    for (int i = 0; i < count; i++, at += 56) {
      if (elf.getInt(at) == 1 && elf.getLong(at + 40) > 0) {
        long address = elf.getLong(at + 24);
        Invariant.holds(address >= GuestLayout.HIGH_MEMORY, "low memory is the machine's", address);
        int inFile = (int) elf.getLong(at + 32);
        LoadedRam.holds(memory, address, elf.array(), (int) elf.getLong(at + 8), inFile);
        long inMemory = elf.getLong(at + 40);
        // The part that the file does not hold: zeros.
        LoadedRam.untouched(memory, address + inFile, Math.min(4096, inMemory - inFile));
        end = Math.max(end, address + inMemory);
      }
    }
    Invariant.holds(kernel.end() == end, "the kernel ends with its last segment", kernel);
    LoadedRam.untouched(memory, GuestLayout.HIGH_MEMORY - 4096, 4096);
    LoadedRam.untouched(memory, end, 4096);
  }
}
