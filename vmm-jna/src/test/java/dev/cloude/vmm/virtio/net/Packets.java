package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.net.MacAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frames as a guest's network stack makes them. */
final class Packets {
  static final int HEADER = 12;
  static final int UDP_PAYLOAD = 14 + 20 + 8;
  private static final int NEEDS_CSUM = 1;
  private static final int GSO_TCPV4 = 1;

  private Packets() {}

  /** A virtio header that leaves nothing to be done. */
  static byte[] plainHeader() {
    return new byte[HEADER];
  }

  /** A virtio header that leaves the UDP checksum to the host. */
  static byte[] checksumHeader() {
    return header(0, 0, 0, 6);
  }

  /** A virtio header that leaves TCP segmentation, and the checksums, to the reader. */
  static byte[] segmentHeader(int segment) {
    return header(GSO_TCPV4, 14 + 20 + 20, segment, 16);
  }

  /** Ethernet, IPv4 and UDP; the checksum covers the pseudo header only, as offloads want it. */
  static byte[] udp(
      MacAddress from,
      MacAddress to,
      Inet4Address source,
      Inet4Address target,
      int port,
      byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(UDP_PAYLOAD + payload.length);
    ethernetAndIp(frame, from, to, source, target, 17, 8 + payload.length);
    frame.putShort((short) port).putShort((short) port).putShort((short) (8 + payload.length));
    frame.putShort((short) pseudoHeader(source, target, 17, 8 + payload.length));
    return frame.put(payload).array();
  }

  /** Ethernet, IPv4 and TCP (acknowledgement with data), checksum as for {@link #udp}. */
  static byte[] tcp(
      MacAddress from, MacAddress to, Inet4Address source, Inet4Address target, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(14 + 20 + 20 + payload.length);
    ethernetAndIp(frame, from, to, source, target, 6, 20 + payload.length);
    frame.putShort((short) 1000).putShort((short) 1001).putInt(1).putInt(1);
    frame.putShort((short) 0x5010).putShort((short) 512);
    frame
        .putShort((short) pseudoHeader(source, target, 6, 20 + payload.length))
        .putShort((short) 0);
    return frame.put(payload).array();
  }

  private static byte[] header(int gsoType, int headerLength, int segment, int checksumOffset) {
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) NEEDS_CSUM).put((byte) gsoType).putShort((short) headerLength);
    header.putShort((short) segment).putShort((short) (14 + 20)).putShort((short) checksumOffset);
    return header.array();
  }

  private static void ethernetAndIp(
      ByteBuffer frame,
      MacAddress from,
      MacAddress to,
      Inet4Address source,
      Inet4Address target,
      int protocol,
      int length) {
    frame.put(to.bytes()).put(from.bytes()).putShort((short) 0x0800);
    int ip = frame.position();
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + length)).putInt(0);
    frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
    frame.put(source.getAddress()).put(target.getAddress());
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += frame.getShort(ip + i) & 0xffff;
    }
    frame.putShort(ip + 10, (short) ~fold(sum));
  }

  private static int pseudoHeader(
      Inet4Address source, Inet4Address target, int protocol, int length) {
    ByteBuffer pseudo = ByteBuffer.allocate(8).put(source.getAddress()).put(target.getAddress());
    int sum = protocol + length;
    for (int i = 0; i < 8; i += 2) {
      sum += pseudo.getShort(i) & 0xffff;
    }
    return fold(sum);
  }

  private static int fold(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }
}
