package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.PolledConnection;
import java.io.DataOutputStream;
import java.io.IOException;

/** The fields of messages about sockets. */
final class SocketFields {
  static final int OPEN = 16;
  static final int OPENED = 17;
  static final int ARRIVED = 18;
  static final int DATA = 19;
  static final int CREDIT = 20;
  static final int ENDS = 21;
  static final int OVER = 22;
  static final int CLOSE = 23;
  static final int STOP_LISTENING = 24;

  private static final int BOTH =
      PolledConnection.RECEIVES_NO_MORE | PolledConnection.SENDS_NO_MORE;

  private SocketFields() {}

  static SocketMessage read(int kind, Fields fields) throws MessageException {
    return switch (kind) {
      case OPEN -> new SocketMessage.Open(fields.number(), fields.bits());
      case OPENED -> new SocketMessage.Opened(fields.number());
      case ARRIVED -> new SocketMessage.Arrived(fields.number(), fields.number(), fields.bits());
      case DATA -> new SocketMessage.Data(fields.number(), data(fields));
      case CREDIT -> new SocketMessage.Credit(fields.number(), credit(fields));
      case ENDS -> new SocketMessage.Ends(fields.number(), ends(fields));
      case OVER -> new SocketMessage.Over(fields.number(), fields.flag(), fields.sentence());
      case CLOSE -> new SocketMessage.Close(fields.number());
      case STOP_LISTENING -> new SocketMessage.StopListening(fields.number());
      default -> throw new MessageException("a message of the unknown kind " + kind);
    };
  }

  static void write(SocketMessage message, DataOutputStream out) throws IOException {
    if (message instanceof SocketMessage.Open open) {
      numbers(out, OPEN, open.id(), open.port());
    } else if (message instanceof SocketMessage.Opened opened) {
      numbers(out, OPENED, opened.id());
    } else if (message instanceof SocketMessage.Arrived arrived) {
      numbers(out, ARRIVED, arrived.id(), arrived.hostPort(), arrived.guestPort());
    } else if (message instanceof SocketMessage.Data data) {
      numbers(out, DATA, data.id());
      out.write(data.bytes());
    } else if (message instanceof SocketMessage.Credit credit) {
      numbers(out, CREDIT, credit.id(), credit.bytes());
    } else if (message instanceof SocketMessage.Ends ends) {
      numbers(out, ENDS, ends.id());
      out.writeByte(ends.ends());
    } else if (message instanceof SocketMessage.Over over) {
      numbers(out, OVER, over.id());
      out.writeBoolean(over.refused());
      MessageWriter.text(over.why(), out);
    } else if (message instanceof SocketMessage.Close close) {
      numbers(out, CLOSE, close.id());
    } else if (message instanceof SocketMessage.StopListening stop) {
      numbers(out, STOP_LISTENING, stop.port());
    }
  }

  private static void numbers(DataOutputStream out, int kind, int... numbers) throws IOException {
    out.writeByte(kind);
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private static byte[] data(Fields fields) throws MessageException {
    byte[] bytes = fields.rest();
    if (bytes.length < 1 || bytes.length > SocketMessage.MAX_DATA) {
      throw new MessageException(
          bytes.length + " bytes of a socket, not 1 to " + SocketMessage.MAX_DATA);
    }
    return bytes;
  }

  private static int credit(Fields fields) throws MessageException {
    int bytes = fields.number();
    if (bytes == 0) {
      throw new MessageException("a socket's credit for nothing");
    }
    return bytes;
  }

  private static int ends(Fields fields) throws MessageException {
    int ends = fields.octet();
    if (ends == 0 || (ends & ~BOTH) != 0) {
      throw new MessageException("a socket's end of the unknown kind " + ends);
    }
    return ends;
  }
}
