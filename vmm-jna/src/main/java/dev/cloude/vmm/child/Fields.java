package dev.cloude.vmm.child;

import dev.cloude.vmm.limit.RateLimit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The fields of one message, in their order. Each is checked as it is taken. */
final class Fields {
  /** Most characters of a text for people. */
  static final int MAX_SENTENCE = 1000;

  /** Most figures of a message. */
  static final int MAX_FIGURES = 128;

  private static final Pattern FIGURE = Pattern.compile("[a-zA-Z0-9.-]{1,64}");

  private final ByteBuffer bytes;

  Fields(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  int octet() throws MessageException {
    need(1);
    return bytes.get() & 0xff;
  }

  boolean flag() throws MessageException {
    int value = octet();
    if (value > 1) {
      throw new MessageException("a flag of the value " + value);
    }
    return value == 1;
  }

  /** A number from 0 on. */
  int number() throws MessageException {
    need(Integer.BYTES);
    int value = bytes.getInt();
    if (value < 0) {
      throw new MessageException("the negative number " + value);
    }
    return value;
  }

  /** 32 bits, whatever they mean. */
  int bits() throws MessageException {
    need(Integer.BYTES);
    return bytes.getInt();
  }

  /** Numbers from 0 on, at most {@code most}. */
  List<Integer> numbers(int most) throws MessageException {
    int count = number();
    if (count > most) {
      throw new MessageException(count + " numbers, more than " + most);
    }
    List<Integer> numbers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      numbers.add(number());
    }
    return List.copyOf(numbers);
  }

  /** A number from 0 on. */
  long count() throws MessageException {
    need(Long.BYTES);
    long value = bytes.getLong();
    if (value < 0) {
      throw new MessageException("the negative number " + value);
    }
    return value;
  }

  RateLimit rateLimit() throws MessageException {
    long bytes = count();
    long operations = count();
    Duration refill = Duration.ofNanos(count());
    try {
      return new RateLimit(bytes, operations, refill);
    } catch (IllegalArgumentException e) {
      MessageException impossible = new MessageException("an impossible rate limit");
      impossible.initCause(e);
      throw impossible;
    }
  }

  String text() throws MessageException {
    int length = number();
    need(length);
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  Optional<String> optionalText() throws MessageException {
    return flag() ? Optional.of(text()) : Optional.empty();
  }

  /** Texts, at most {@code most}. */
  List<String> texts(int most) throws MessageException {
    int count = number();
    if (count > most) {
      throw new MessageException(count + " texts, more than " + most);
    }
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return List.copyOf(texts);
  }

  /** A text for people: of limited length and without control characters. */
  String sentence() throws MessageException {
    return printable(text(), MAX_SENTENCE);
  }

  <E extends Enum<E>> E constant(Class<E> kind) throws MessageException {
    String name = text();
    for (E constant : kind.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new MessageException("an unknown " + kind.getSimpleName());
  }

  Map<String, Long> figures() throws MessageException {
    int count = number();
    if (count > MAX_FIGURES) {
      throw new MessageException(count + " figures, more than " + MAX_FIGURES);
    }
    Map<String, Long> figures = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = text();
      if (!FIGURE.matcher(name).matches()) {
        throw new MessageException("a figure with a name that none has");
      }
      figures.put(name, count());
    }
    return Map.copyOf(figures);
  }

  byte[] rest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  void end() throws MessageException {
    if (bytes.hasRemaining()) {
      throw new MessageException(
          "a message with " + bytes.remaining() + " bytes more than its fields");
    }
  }

  /** The text with what is no plain character as a space, cut to {@code limit} characters. */
  static String printable(String text, int limit) {
    StringBuilder clean = new StringBuilder();
    text.codePoints().limit(limit).map(c -> isPlain(c) ? c : ' ').forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private void need(int count) throws MessageException {
    if (bytes.remaining() < count) {
      throw new MessageException("a message that is too short for its fields");
    }
  }
}
