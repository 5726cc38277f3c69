package dev.cloude.ejb.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON as it stands in the database. A later version may add fields; unknown ones are ignored. */
final class Documents {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};

  private Documents() {}

  static byte[] write(Object plain) {
    try {
      return JSON.writeValueAsBytes(plain);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a record of plain values can be written", e);
    }
  }

  /**
   * @throws UncheckedIOException when it was not written by {@link #write}
   */
  static <T> T read(byte[] document, Class<T> type) {
    try {
      return JSON.readValue(document, type);
    } catch (IOException e) {
      throw new UncheckedIOException("a document in the database cannot be read", e);
    }
  }

  /** As {@link #read}; null is an empty map. */
  static Map<String, String> readMap(byte[] document) {
    if (document == null) {
      return Map.of();
    }
    try {
      return JSON.readValue(document, MAP);
    } catch (IOException e) {
      throw new UncheckedIOException("a document in the database cannot be read", e);
    }
  }
}
