package dev.cloude.vmm.child;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.boot.BootProtocol;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads messages from somebody who may be hostile: nothing is longer than it may be, nothing is
 * left over, every value is one that can be meant. One thread.
 */
final class MessageReader {
  private final DataInputStream in;

  MessageReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * The next message; empty when the other side has closed its end between two.
   *
   * @throws MessageException when what came is no message; nothing after it makes sense
   */
  Optional<Message> next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    try {
      int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      if (length < 1 || length > MessageWriter.MAX_BYTES) {
        throw new MessageException(
            "a message of "
                + Integer.toUnsignedString(length)
                + " bytes, not of 1 to "
                + MessageWriter.MAX_BYTES);
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      return Optional.of(decode(bytes));
    } catch (EOFException e) {
      MessageException cut = new MessageException("a message that was cut off");
      cut.initCause(e);
      throw cut;
    }
  }

  static Message decode(byte[] bytes) throws MessageException {
    Fields fields = new Fields(ByteBuffer.wrap(bytes));
    int kind = fields.octet();
    Message message =
        switch (kind) {
          case MessageWriter.READY -> new Message.Ready();
          case MessageWriter.PREPARE -> new Message.Prepare(shape(fields));
          case MessageWriter.PREPARED -> new Message.Prepared(fields.count());
          case MessageWriter.START -> start(fields);
          case MessageWriter.STARTED -> new Message.Started(fields.figures());
          case MessageWriter.REFUSED ->
              new Message.Refused(fields.constant(VmmException.Code.class), fields.sentence());
          case MessageWriter.CONSOLE -> new Message.Console(fields.rest());
          case MessageWriter.AGENT_READY -> new Message.AgentReady();
          case MessageWriter.STOP -> new Message.Stop();
          case MessageWriter.ENDED ->
              new Message.Ended(
                  fields.constant(ExitCause.class), fields.sentence(), fields.figures());
          default -> SocketFields.read(kind, fields);
        };
    fields.end();
    return message;
  }

  private static MachineShape shape(Fields fields) throws MessageException {
    try {
      return new MachineShape(
          Path.of(fields.text()),
          fields.optionalText().map(Path::of),
          false,
          fields.constant(BootProtocol.class),
          fields.count(),
          fields.number(),
          fields.flag(),
          fields.texts(MicroVmConfig.MAX_DISKS).stream().map(Path::of).toList(),
          ports(fields).map(Set::copyOf),
          limits(fields));
    } catch (InvalidPathException e) {
      throw (MessageException) new MessageException("an impossible path").initCause(e);
    }
  }

  private static Optional<List<Integer>> ports(Fields fields) throws MessageException {
    return fields.flag()
        ? Optional.of(fields.numbers(MicroVmConfig.MAX_VSOCK_PORTS))
        : Optional.empty();
  }

  private static Limits limits(Fields fields) throws MessageException {
    return new Limits(
        fields.rateLimit(),
        fields.rateLimit(),
        fields.rateLimit(),
        fields.rateLimit(),
        fields.rateLimit(),
        fields.rateLimit());
  }

  private static Message.Start start(Fields fields) throws MessageException {
    String name = fields.text();
    String kernel = fields.text();
    Optional<String> initrd = fields.optionalText();
    String commandLine = fields.text();
    BootProtocol protocol = fields.constant(BootProtocol.class);
    long memory = fields.count();
    int vcpus = fields.number();
    Optional<String> tap = fields.optionalText();
    Optional<String> mac = fields.optionalText();
    Vhost vhost = fields.constant(Vhost.class);
    List<String> disks = fields.texts(MicroVmConfig.MAX_DISKS);
    Optional<List<Integer>> ports = ports(fields);
    boolean console = fields.flag();
    long deadline = fields.count();
    Limits limits = limits(fields);
    int user = fields.number();
    if (tap.isPresent() != mac.isPresent()) {
      throw new MessageException("a network device without a name or without an address");
    }
    return new Message.Start(
        name,
        kernel,
        initrd,
        commandLine,
        protocol,
        memory,
        vcpus,
        tap.map(device -> new Message.Tap(device, mac.get())),
        vhost,
        disks,
        ports,
        console,
        deadline == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(deadline)),
        limits,
        user == 0 ? OptionalInt.empty() : OptionalInt.of(user));
  }
}
