package dev.cloude.runtime.agent;

import dev.cloude.runtime.agent.AgentException.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What an agent that is reached by its guest's sockets says when it can answer requests: one line
 * on a connection of its own.
 */
public final class ReadyWord {
  private static final String WORD = "cloude-agent/1 ready";

  /** Of which the last may be the line's end. */
  private static final int MOST_BYTES = 64;

  private ReadyWord() {}

  /**
   * Reads it; what may come after it is nobody's.
   *
   * @throws AgentException when something else comes
   * @throws IOException as the stream; also when it ends within the line
   */
  public static void read(InputStream in) throws AgentException, IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int i = 0; i < MOST_BYTES; i++) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the connection ended within the agent's first word");
      }
      if (b == '\n') {
        break;
      }
      line.write(b);
    }
    String word = line.toString(StandardCharsets.ISO_8859_1);
    if (!word.equals(WORD)) {
      throw new AgentException(
          Code.PROTOCOL,
          "its first word was \"%s\" instead of \"%s\"".formatted(GuestText.printable(word), WORD));
    }
  }
}
