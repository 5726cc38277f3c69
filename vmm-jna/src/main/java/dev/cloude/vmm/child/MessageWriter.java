package dev.cloude.vmm.child;

import dev.cloude.vmm.Limits;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.limit.RateLimit;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes messages: length u32 of what follows, kind u8, then the fields in their order. Numbers are
 * big-endian; a text is its length in bytes u32 and UTF-8; something optional is a flag u8 and, if
 * that is 1, itself. Any thread.
 */
final class MessageWriter {
  /** Most bytes of a message after its length. */
  static final int MAX_BYTES = 64 << 10;

  static final int READY = 1;
  static final int START = 2;
  static final int STARTED = 3;
  static final int REFUSED = 4;
  static final int CONSOLE = 5;
  static final int STOP = 6;
  static final int ENDED = 7;
  static final int AGENT_READY = 8;
  static final int PREPARE = 9;
  static final int PREPARED = 10;

  private final OutputStream out;

  MessageWriter(OutputStream out) {
    this.out = out;
  }

  /** Sends a message at once. {@link MessageException} when it is too long, and nothing is sent. */
  synchronized void write(Message message) throws IOException {
    byte[] bytes = encode(message);
    if (bytes.length > MAX_BYTES) {
      throw new MessageException(
          "a message of " + bytes.length + " bytes is longer than " + MAX_BYTES);
    }
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(bytes.length);
    data.write(bytes);
    data.flush();
  }

  static byte[] encode(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      encode(message, new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return bytes.toByteArray();
  }

  private static void encode(Message message, DataOutputStream out) throws IOException {
    if (message instanceof Message.Ready) {
      out.writeByte(READY);
    } else if (message instanceof Message.Prepare prepare) {
      out.writeByte(PREPARE);
      shape(prepare.shape(), out);
    } else if (message instanceof Message.Prepared prepared) {
      out.writeByte(PREPARED);
      out.writeLong(prepared.heldBytes());
    } else if (message instanceof Message.Start start) {
      out.writeByte(START);
      start(start, out);
    } else if (message instanceof Message.Started started) {
      out.writeByte(STARTED);
      figures(started.figures(), out);
    } else if (message instanceof Message.Refused refused) {
      out.writeByte(REFUSED);
      text(refused.code().name(), out);
      text(refused.sentence(), out);
    } else if (message instanceof Message.Console console) {
      out.writeByte(CONSOLE);
      out.write(console.bytes());
    } else if (message instanceof Message.AgentReady) {
      out.writeByte(AGENT_READY);
    } else if (message instanceof Message.Stop) {
      out.writeByte(STOP);
    } else if (message instanceof Message.Ended ended) {
      out.writeByte(ENDED);
      text(ended.cause().name(), out);
      text(ended.detail(), out);
      figures(ended.figures(), out);
    } else if (message instanceof SocketMessage socket) {
      SocketFields.write(socket, out);
    }
  }

  private static void shape(MachineShape shape, DataOutputStream out) throws IOException {
    text(shape.kernel().toString(), out);
    optional(shape.initrd().map(Path::toString), out);
    text(shape.bootProtocol().name(), out);
    out.writeLong(shape.memoryBytes());
    out.writeInt(shape.vcpus());
    out.writeBoolean(shape.network());
    texts(shape.disks().stream().map(Path::toString).toList(), out);
    ports(shape.vsock(), out);
    limits(shape.limits(), out);
  }

  private static void ports(Optional<? extends Collection<Integer>> ports, DataOutputStream out)
      throws IOException {
    out.writeBoolean(ports.isPresent());
    if (ports.isPresent()) {
      out.writeInt(ports.get().size());
      for (int port : ports.get()) {
        out.writeInt(port);
      }
    }
  }

  private static void texts(List<String> texts, DataOutputStream out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(text, out);
    }
  }

  private static void start(Message.Start start, DataOutputStream out) throws IOException {
    text(start.name(), out);
    text(start.kernel(), out);
    optional(start.initrd(), out);
    text(start.commandLine(), out);
    text(start.protocol().name(), out);
    out.writeLong(start.memoryBytes());
    out.writeInt(start.vcpus());
    optional(start.tap().map(Message.Tap::name), out);
    optional(start.tap().map(Message.Tap::mac), out);
    text(start.vhost().name(), out);
    texts(start.disks(), out);
    ports(start.ports(), out);
    out.writeBoolean(start.console());
    out.writeLong(start.deadline().map(Duration::toNanos).orElse(0L));
    limits(start.limits(), out);
    out.writeInt(start.user().orElse(0));
  }

  private static void limits(Limits limits, DataOutputStream out) throws IOException {
    for (RateLimit limit :
        List.of(
            limits.received(),
            limits.sent(),
            limits.entropy(),
            limits.console(),
            limits.disk(),
            limits.socket())) {
      out.writeLong(limit.bytes());
      out.writeLong(limit.operations());
      out.writeLong(limit.refill().toNanos());
    }
  }

  private static void figures(Map<String, Long> figures, DataOutputStream out) throws IOException {
    out.writeInt(figures.size());
    for (Map.Entry<String, Long> figure : figures.entrySet()) {
      text(figure.getKey(), out);
      out.writeLong(figure.getValue());
    }
  }

  private static void optional(Optional<String> text, DataOutputStream out) throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      text(text.get(), out);
    }
  }

  static void text(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
