package dev.cloude.vmm.boot;

import static dev.cloude.vmm.boot.BootException.Code.INITRD_INVALID;
import static dev.cloude.vmm.boot.BootException.Code.INITRD_TOO_LARGE;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.file.Path;

/**
 * The initramfs in guest RAM.
 *
 * @param address page-aligned
 * @param size bytes; 0 stands for none
 */
record Initrd(long address, long size) {
  static final Initrd NONE = new Initrd(0, 0);

  /** Loads the file as high in low RAM as the kernel allows, where it is in nobody's way. */
  static Initrd load(Path path, LoadedKernel kernel, GuestMemory memory, boolean mapped) {
    try (ImageFile file = new ImageFile(path)) {
      long size = file.size();
      if (size == 0) {
        throw new BootException(INITRD_INVALID, path + " is empty: not an initramfs.");
      }
      long top = Math.min(memory.regions().get(0).end(), kernel.initrdLimit());
      long room = top - kernel.end();
      long address = (top - size) & -GuestMemory.PAGE;
      if (size > room || address < kernel.end()) {
        throw new BootException(
            INITRD_TOO_LARGE,
            String.format(
                "%s has %d bytes, but only %d are free between the kernel and 0x%x; give the guest"
                    + " more memory.",
                path, size, Math.max(0, room), top));
      }
      boolean there =
          mapped ? file.mapInto(memory, address, 0, size) : file.readInto(memory, address, 0, size);
      if (!there) {
        throw new BootException(INITRD_INVALID, path + " shrank while it was read; load it again.");
      }
      return new Initrd(address, size);
    }
  }
}
