package dev.cloude.vmm.vhost;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.IoctlNumber;
import dev.cloude.vmm.libc.LibC;

/**
 * Vhost's requests, their numbers from vhost's letter and the ordinals in {@code linux/vhost.h}.
 */
public enum VhostIoctl {
  // Before the device's process gives up its rights.
  GET_FEATURES(IoctlNumber.read(letter(), 0x00, 8)),
  SET_OWNER(IoctlNumber.none(letter(), 0x01)),
  SET_MEM_TABLE(IoctlNumber.write(letter(), 0x03, 8)),
  SET_VRING_KICK(IoctlNumber.write(letter(), 0x20, 8)),
  SET_VRING_CALL(IoctlNumber.write(letter(), 0x21, 8)),
  SET_VRING_ERR(IoctlNumber.write(letter(), 0x22, 8)),
  // While the guest runs.
  SET_FEATURES(IoctlNumber.write(letter(), 0x00, 8)),
  SET_VRING_NUM(IoctlNumber.write(letter(), 0x10, 8)),
  SET_VRING_ADDR(IoctlNumber.write(letter(), 0x11, 40)),
  SET_VRING_BASE(IoctlNumber.write(letter(), 0x12, 8)),
  GET_VRING_BASE(IoctlNumber.readWrite(letter(), 0x12, 8)),
  NET_SET_BACKEND(IoctlNumber.write(letter(), 0x30, 8));

  private final long request;

  VhostIoctl(long request) {
    this.request = request;
  }

  /** The request number, zero-extended. */
  public long request() {
    return request;
  }

  /**
   * Makes the request; its failure names it, as in {@code VHOST_SET_OWNER failed: …}.
   *
   * @param argument address of the request's structure, 0 for none
   */
  void call(int fd, long argument) {
    try {
      LibC.ioctl(fd, request, argument);
    } catch (ErrnoException e) {
      throw e.as("VHOST_" + name());
    }
  }

  // VHOST_VIRTIO; a constant cannot be read by the constants before it.
  private static int letter() {
    return 0xAF;
  }
}
