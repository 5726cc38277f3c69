package dev.cloude.runtime.agent;

import java.util.Optional;

/**
 * One piece of an execution's stream.
 *
 * @param type what it carries
 * @param payload at most {@link #MAX_PAYLOAD} bytes
 */
record Frame(Type type, byte[] payload) {
  static final int MAX_PAYLOAD = 65_536;

  /** Type byte and length. */
  static final int HEADER_BYTES = 5;

  enum Type {
    STDOUT(0x01),
    STDERR(0x02),
    COMPILER_STDOUT(0x03),
    COMPILER_STDERR(0x04),
    PHASE(0x10),
    KEEP_ALIVE(0x20),
    END(0x7f);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static Optional<Type> of(int number) {
      for (Type type : values()) {
        if (type.number == number) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }
}
