package dev.cloude.vmm.boot;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.memory.GuestMemory;

/**
 * Fuzz target: any file as a bzImage. It is refused with a {@link BootException}, or lies in RAM
 * byte for byte and nothing else does.
 *
 * <p>Input: pages of RAM above 1 MiB, protocol, then the file.
 */
public final class BzImageFuzz {
  private static final FuzzFile FILE = new FuzzFile();
  private static final FuzzRam RAM = new FuzzRam();
  private static final BootProtocol[] PROTOCOLS = BootProtocol.values();

  private BzImageFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    long ram = GuestLayout.HIGH_MEMORY + (input.u8() * 4L - 4) * GuestMemory.PAGE;
    BootProtocol wanted = PROTOCOLS[input.u8() % PROTOCOLS.length];
    byte[] file = input.rest();
    GuestMemory memory = RAM.empty(ram);
    try {
      check(memory, KernelLoader.load(FILE.with(file), wanted, memory), file);
    } catch (BootException e) {
      Invariant.holds(e.getMessage().endsWith("."), "errors are sentences", e.getMessage());
    }
  }

  private static void check(GuestMemory memory, LoadedKernel kernel, byte[] file) {
    if (file[0] == 0x7f && file[1] == 'E') {
      // Another target's.
      return;
    }
    LoadedRam.fits(memory, kernel);
    int sectors = file[0x1f1] == 0 ? 4 : file[0x1f1] & 0xff;
    int start = (sectors + 1) * 512;
    int length = file.length - start;
    Invariant.holds(kernel.entry() == 0x10_0200, "the entry is the 64-bit one", kernel);
    Invariant.holds(kernel.commandLineLimit() >= 0, "limits are lengths", kernel);
    Invariant.holds(kernel.setupHeader().length <= 0x290 - 0x1f1, "the header ends", kernel);
    LoadedRam.holds(memory, GuestLayout.HIGH_MEMORY, file, start, length);
    LoadedRam.untouched(memory, GuestLayout.HIGH_MEMORY - 4096, 4096);
    LoadedRam.untouched(memory, GuestLayout.HIGH_MEMORY + length, 4096);
  }
}
