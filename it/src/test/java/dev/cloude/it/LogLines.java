package dev.cloude.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's log with one JSON object on each line. What Payara Micro prints past its log as it
 * ends is left out.
 *
 * @param messages of all lines, in their order
 */
public record LogLines(List<String> messages) {
  private static final String PAST_THE_LOG = "JdbcRuntimeExtension, ";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads a log.
   *
   * @param field that has the message
   * @throws AssertionError naming a line that is no JSON object with a message
   */
  public static LogLines parse(Path file, String field) throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(PAST_THE_LOG)) {
        continue;
      }
      try {
        JsonNode message = JSON.readTree(line).path(field);
        if (!message.isTextual()) {
          throw new AssertionError("This line of the log has no " + field + ": " + line);
        }
        messages.add(message.asText());
      } catch (JsonProcessingException e) {
        throw new AssertionError("This line of the log is no JSON: " + line, e);
      }
    }
    return new LogLines(messages);
  }

  /**
   * What is said about something.
   *
   * @param subject as in {@code job 7f3a…}
   */
  public List<String> about(String subject) {
    return messages.stream()
        .filter(message -> message.startsWith(subject + ": "))
        .map(message -> message.substring(subject.length() + 2))
        .toList();
  }
}
