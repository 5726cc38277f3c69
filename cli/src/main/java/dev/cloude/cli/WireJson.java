package dev.cloude.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.cloude.api.JobRequest;
import dev.cloude.api.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The wire records as JSON. Written out field by field: data binding by reflection takes longer to
 * load than all the rest of a command takes to run.
 */
final class WireJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private WireJson() {}

  static byte[] write(JobRequest job) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("language", job.language());
      json.writeStringField("code", job.code());
      if (job.stdin() != null) {
        json.writeStringField("stdin", job.stdin());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no I/O in a byte array
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if the answer is not a job's status
   */
  static JobStatus readStatus(byte[] answer) throws IOException {
    Map<String, String> fields = new HashMap<>();
    Map<String, Double> timings = new LinkedHashMap<>();
    try (JsonParser json = open(answer)) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("timings_ms") && json.currentToken() == JsonToken.START_OBJECT) {
          readTimings(json, timings);
        } else {
          putScalar(json, name, fields);
        }
      }
    }
    String exitCode = fields.get("exit_code");
    return new JobStatus(
        required(fields, "id"),
        required(fields, "status"),
        exitCode == null ? null : exitCode(exitCode),
        fields.get("stdout"),
        fields.get("stderr"),
        fields.get("stdout_base64"),
        fields.get("stderr_base64"),
        flag(fields, "truncated"),
        flag(fields, "timed_out"),
        timings.isEmpty() ? null : timings);
  }

  /**
   * @return the text of one field of an answer
   * @throws IOException if the answer has no such field
   */
  static String readField(byte[] answer, String field) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = open(answer)) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        putScalar(json, name, fields);
      }
    }
    return required(fields, field);
  }

  private static JsonParser open(byte[] answer) throws IOException {
    JsonParser json = FACTORY.createParser(answer);
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(json, "not an object");
    }
    return json;
  }

  /** Leaves out null and whatever this version does not know the shape of. */
  private static void putScalar(JsonParser json, String name, Map<String, String> into)
      throws IOException {
    if (json.currentToken().isStructStart()) {
      json.skipChildren();
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      into.put(name, json.getText());
    }
  }

  private static void readTimings(JsonParser json, Map<String, Double> into) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String phase = json.currentName();
      if (json.nextToken().isNumeric()) {
        into.put(phase, json.getDoubleValue());
      } else {
        json.skipChildren();
      }
    }
  }

  private static String required(Map<String, String> fields, String name) throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("the answer has no " + name);
    }
    return value;
  }

  private static Integer exitCode(String text) throws IOException {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IOException("the exit code is " + text, e);
    }
  }

  private static Boolean flag(Map<String, String> fields, String name) {
    String value = fields.get(name);
    return value == null ? null : Boolean.valueOf(value);
  }
}
