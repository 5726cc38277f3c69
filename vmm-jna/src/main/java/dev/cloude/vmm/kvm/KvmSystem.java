package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import java.util.List;

/** The open {@code /dev/kvm}: what this host's KVM offers, and new VMs. */
public final class KvmSystem implements AutoCloseable {
  public static final String DEVICE = "/dev/kvm";

  private static final int API_VERSION = 12;
  private static final int FIRST_CPUID_ENTRIES = 256;
  private static final int MAX_CPUID_ENTRIES = 4096;

  private final FileHandle handle;

  private KvmSystem(FileHandle handle) {
    this.handle = handle;
  }

  /**
   * Opens {@code /dev/kvm} and checks its version and the extensions no guest can do without.
   * {@link KvmException} when it is missing, forbidden or too old.
   */
  public static KvmSystem open() {
    FileHandle handle;
    try {
      handle = new FileHandle(LibC.open(DEVICE, LibC.O_RDWR | LibC.O_CLOEXEC));
    } catch (ErrnoException e) {
      throw new KvmException(
          e.getMessage()
              + " Load kvm_intel or kvm_amd, and give this user access to "
              + DEVICE
              + ".",
          e);
    }
    KvmSystem system = new KvmSystem(handle);
    try {
      system.check();
      return system;
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** The value of an extension: 0 when absent. */
  public int extension(KvmCapability capability) {
    return KvmIoctl.CHECK_EXTENSION.call(handle.fd(), capability.number());
  }

  /** The CPUID leaves that this host's KVM can give to a guest. */
  public List<CpuidEntry> supportedCpuid() {
    for (int room = FIRST_CPUID_ENTRIES; ; room *= 2) {
      try (NativeBlock block = CpuidEntry.room(room)) {
        KvmIoctl.GET_SUPPORTED_CPUID.call(handle.fd(), block.address());
        return CpuidEntry.read(block);
      } catch (ErrnoException e) {
        if (e.errno() != Errno.E2BIG || room >= MAX_CPUID_ENTRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Makes an empty VM. The kernel answers EINTR under load; the request is then made again, as
   * every interrupted call is.
   */
  public VmFd createVm() {
    return new VmFd(KvmIoctl.CREATE_VM.call(handle.fd(), 0), vcpuMappingSize());
  }

  @Override
  public void close() {
    handle.close();
  }

  private int vcpuMappingSize() {
    return KvmIoctl.GET_VCPU_MMAP_SIZE.call(handle.fd(), 0);
  }

  private void check() {
    int version = KvmIoctl.GET_API_VERSION.call(handle.fd(), 0);
    if (version != API_VERSION) {
      throw new KvmException(
          "KVM has API version " + version + "; this program knows only " + API_VERSION + ".");
    }
    for (KvmCapability capability : KvmCapability.values()) {
      if (capability.required() && extension(capability) == 0) {
        throw new KvmException(
            "This host's KVM lacks KVM_CAP_" + capability + "; a newer kernel is needed.");
      }
    }
  }
}
