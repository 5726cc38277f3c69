package dev.cloude.vmm.net;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.net.NetException.Code;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A TAP device: a network interface of the host whose frames are read from and written to a
 * descriptor, each behind a {@code virtio_net_hdr_v1} of 12 bytes.
 *
 * <p>The interface is made beforehand and outlives whoever opens it; a VMM that opens one needs no
 * privilege when it belongs to its user.
 */
public final class TapDevice implements AutoCloseable {
  private static final String TUN = "/dev/net/tun";
  // linux/if_tun.h
  private static final long TUNSETIFF = 0x4004_54CAL;
  private static final long TUNSETPERSIST = 0x4004_54CBL;
  private static final long TUNSETVNETHDRSZ = 0x4004_54D8L;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int IFF_TUN_EXCL = 0x8000;
  private static final int KIND = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  // struct ifreq: name[16], flags u16, padding.
  private static final int IFREQ_BYTES = 40;
  private static final int IFREQ_FLAGS = 16;
  private static final int HEADER_BYTES = 12;
  // The kernel lets go of a TAP a moment after its last descriptor is closed.
  private static final int BUSY_TRIES = 100;
  private static final long BUSY_PAUSE_MILLIS = 10;

  private final String name;
  private final FileHandle handle;

  private TapDevice(String name, FileHandle handle) {
    this.name = name;
    this.handle = handle;
  }

  /**
   * Makes a TAP device that stays until {@link #delete}.
   *
   * @throws NetException {@link Code#NAME_TAKEN} when there is an interface of that name
   */
  public static void createPersistent(String name) {
    Links.checkName(name);
    try (FileHandle tun = openTun()) {
      try {
        set(tun, name, KIND | IFF_TUN_EXCL);
        LibC.ioctl(tun.fd(), TUNSETPERSIST, 1);
      } catch (ErrnoException e) {
        if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST || e.errno() == Errno.EINVAL) {
          throw new NetException(
              Code.NAME_TAKEN,
              e.errno(),
              "Could not create the TAP device " + name + ": an interface of that name exists.");
        }
        throw NetException.refused("create the TAP device " + name, e);
      }
    }
  }

  /** Removes a TAP device, also from under whoever has it open; false when there is none. */
  public static boolean delete(String name) {
    try (Links links = new Links()) {
      Link link = links.find(name).orElse(null);
      if (link == null) {
        return false;
      }
      requireTap(link);
      return links.delete(name);
    }
  }

  /** Names of the TAP devices that begin with {@code prefix}. */
  public static List<String> list(String prefix) {
    try (Links links = new Links()) {
      return links.list().stream()
          .filter(l -> l.kind().equals(Link.TUN))
          .map(Link::name)
          .filter(n -> n.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  /**
   * Opens an existing TAP device, non-blocking. One that is still in use is tried again for a
   * second.
   *
   * @throws NetException {@link Code#NO_SUCH_INTERFACE}, {@link Code#NAME_TAKEN} when it is no TAP
   *     device, {@link Code#BUSY} when it stays in use
   */
  public static TapDevice open(String name) {
    // The kernel would make a new interface for a name that is not there.
    requireInterface(name);
    for (int tries = 1; ; tries++) {
      FileHandle tun = openTun();
      try {
        set(tun, name, KIND);
        setHeaderSize(tun);
        return new TapDevice(name, tun);
      } catch (ErrnoException e) {
        tun.close();
        if (e.errno() == Errno.EINVAL) {
          throw noTap(name);
        }
        if (e.errno() != Errno.EBUSY) {
          throw NetException.refused("open the TAP device " + name, e);
        }
        if (tries == BUSY_TRIES) {
          throw new NetException(
              Code.BUSY,
              e.errno(),
              String.format(
                  "The TAP device %s has been in use by another process for %d ms; give each VM its"
                      + " own.",
                  name, BUSY_TRIES * BUSY_PAUSE_MILLIS));
        }
        pause(name);
      }
    }
  }

  public String name() {
    return name;
  }

  /** The descriptor; valid until {@link #close}. */
  public int fd() {
    return handle.fd();
  }

  /** Closes the descriptor; the interface stays. Idempotent. */
  @Override
  public void close() {
    handle.close();
  }

  private static void requireInterface(String name) {
    try {
      LibC.if_nametoindex(Links.checkName(name));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENODEV) {
        throw Links.missing(name);
      }
      throw NetException.refused("look up the interface " + name, e);
    }
  }

  private static void requireTap(Link link) {
    if (!link.kind().equals(Link.TUN)) {
      throw noTap(link.name());
    }
  }

  private static NetException noTap(String name) {
    return new NetException(
        Code.NAME_TAKEN, "The interface " + name + " exists and is no TAP device.");
  }

  private static FileHandle openTun() {
    try {
      return new FileHandle(LibC.open(TUN, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC));
    } catch (ErrnoException e) {
      throw NetException.refused("open " + TUN + " (is the module tun loaded?)", e);
    }
  }

  private static void set(FileHandle tun, String name, int flags) {
    try (NativeBlock request = new NativeBlock(IFREQ_BYTES)) {
      request.bytes().put(0, name.getBytes(StandardCharsets.UTF_8));
      request.bytes().putShort(IFREQ_FLAGS, (short) flags);
      LibC.ioctl(tun.fd(), TUNSETIFF, request.address());
    }
  }

  private static void setHeaderSize(FileHandle tun) {
    try (NativeBlock size = new NativeBlock(4)) {
      size.bytes().putInt(0, HEADER_BYTES);
      LibC.ioctl(tun.fd(), TUNSETVNETHDRSZ, size.address());
    }
  }

  private static void pause(String name) {
    try {
      Thread.sleep(BUSY_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetException(Code.BUSY, "Interrupted while waiting for the TAP device " + name);
    }
  }
}
