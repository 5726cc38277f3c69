package dev.cloude.vmm.virtio.net;

/**
 * The host's end of the wire. A frame is what {@code virtio_net_hdr_v1} (12 bytes) and the Ethernet
 * frame after it make together; each call moves one. Calls never block and never throw: what fails
 * is a negative error number.
 */
public interface FrameChannel {
  /** Descriptor that is readable when a frame is there. */
  int fd();

  /**
   * Takes the next frame.
   *
   * @param iovecs address of {@code count} buffers, together large enough for any frame
   * @return bytes of the frame, or minus the error number
   */
  long read(long iovecs, int count);

  /**
   * Sends one frame.
   *
   * @param iovecs address of {@code count} buffers that hold the frame
   * @return bytes of the frame, or minus the error number
   */
  long write(long iovecs, int count);

  /**
   * Says what the frames that are read may leave undone.
   *
   * @param checksum checksums may be left to the reader
   * @param segment4 TCP over IPv4 may come in segments larger than a frame
   * @param segment6 the same for IPv6
   */
  void offload(boolean checksum, boolean segment4, boolean segment6);
}
