package dev.cloude.runtime.node;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A name server (RFC 1035) that has one IPv4 address for every name, and nothing else. */
final class NameServer {
  private static final int PORT = 53;
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;

  private NameServer() {}

  /** Answers at the first address, with the second one; says when it does. */
  public static void main(String[] args) throws IOException {
    byte[] address = InetAddress.getByName(args[1]).getAddress();
    // Not at every address: an answer must come from the one that was asked.
    try (DatagramSocket socket = new DatagramSocket(PORT, InetAddress.getByName(args[0]))) {
      System.out.println("listening");
      DatagramPacket packet = new DatagramPacket(new byte[512], 512);
      while (true) {
        packet.setLength(512);
        socket.receive(packet);
        byte[] answer = answer(packet.getData(), packet.getLength(), address);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    }
  }

  /** The question comes back with flags, and with an address when it asks for one. */
  private static byte[] answer(byte[] query, int length, byte[] address) {
    int end = HEADER;
    while (end < length && query[end] != 0) {
      end += 1 + query[end];
    }
    int question = end + 5;
    boolean wanted = ByteBuffer.wrap(query).getShort(end + 1) == TYPE_A;
    ByteBuffer answer = ByteBuffer.allocate(question + (wanted ? 16 : 0));
    answer.put(query, 0, 2).putShort((short) 0x8180).putShort((short) 1);
    answer.putShort((short) (wanted ? 1 : 0)).putInt(0).put(query, HEADER, question - HEADER);
    if (wanted) {
      // The name is that at the question's place; class IN, for a minute.
      answer.putShort((short) (0xc000 | HEADER)).putShort((short) TYPE_A).putShort((short) 1);
      answer.putInt(60).putShort((short) address.length).put(address);
    }
    return answer.array();
  }
}
