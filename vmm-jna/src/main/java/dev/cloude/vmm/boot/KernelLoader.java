package dev.cloude.vmm.boot;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Recognises a kernel's format and loads it. */
final class KernelLoader {
  private static final int ELF_MAGIC = 0x464c457f;

  private KernelLoader() {}

  /** Loads a bzImage or an ELF vmlinux. {@link BootException} says what is wrong with the file. */
  static LoadedKernel load(Path path, BootProtocol wanted, GuestMemory memory) {
    try (ImageFile file = new ImageFile(path)) {
      ByteBuffer start = file.head(0, 4);
      if (start.remaining() == 4 && start.getInt(0) == ELF_MAGIC) {
        return new ElfKernel(file, wanted).load(memory);
      }
      return new BzImage(file, wanted).load(memory);
    }
  }

  static BootException tooSmall(Path path, long needed, GuestMemory memory) {
    return new BootException(
        BootException.Code.MEMORY_TOO_SMALL,
        String.format(
            "%s needs RAM up to guest address 0x%x to start, but the guest's low RAM ends at 0x%x;"
                + " give it at least %d MiB.",
            path, needed, memory.regions().get(0).end(), (needed + (1 << 20) - 1) >> 20));
  }
}
