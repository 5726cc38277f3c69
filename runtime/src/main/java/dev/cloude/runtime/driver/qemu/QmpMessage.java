package dev.cloude.runtime.driver.qemu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What QEMU says on its control channel (QEMU Machine Protocol, docs/interop/qmp-spec), as far as
 * it matters here.
 *
 * @param kind of message
 * @param detail the shutdown's reason, the error's text, else empty
 */
record QmpMessage(Kind kind, String detail) {
  private static final JsonMapper JSON = new JsonMapper();

  enum Kind {
    /** The answer to a command: the machine is made and its main loop runs. */
    RETURN,
    ERROR,
    /** The machine ends; the detail is a {@code ShutdownCause} of QEMU's qapi/run-state.json. */
    SHUTDOWN,
    OTHER
  }

  /** Reads one line; what is not JSON is {@link Kind#OTHER}. */
  static QmpMessage parse(String line) {
    JsonNode message;
    try {
      message = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return new QmpMessage(Kind.OTHER, "");
    }
    if (message.has("return")) {
      return new QmpMessage(Kind.RETURN, "");
    }
    if (message.has("error")) {
      return new QmpMessage(Kind.ERROR, message.path("error").path("desc").asText());
    }
    if (message.path("event").asText().equals("SHUTDOWN")) {
      return new QmpMessage(Kind.SHUTDOWN, message.path("data").path("reason").asText());
    }
    return new QmpMessage(Kind.OTHER, "");
  }
}
