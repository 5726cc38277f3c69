package dev.cloude.web.json;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads and writes the records of the native API. */
public final class ApiJson {
  /** A batch nests five levels. */
  private static final int DEEPEST = 16;

  /** Longer than any number that fits a field. */
  private static final int LONGEST_NUMBER = 32;

  private static final int LONGEST_NAME = 1024;

  private static final ObjectMapper MAPPER = mapper();

  private ApiJson() {}

  /** Nothing is guessed and nothing is passed over: unknown fields are refused, too. */
  private static ObjectMapper mapper() {
    StreamReadConstraints bounds =
        StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxNumberLength(LONGEST_NUMBER)
            .maxNameLength(LONGEST_NAME)
            .build();
    return StrictJson.mapper(bounds)
        .serializationInclusion(Include.NON_NULL)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .build();
  }

  /**
   * A body's record.
   *
   * @return null for the JSON value null
   * @throws JsonProcessingException when the bytes are not UTF-8, not JSON, or not of the record's
   *     shape
   */
  public static <T> T read(byte[] body, Class<T> type) throws JsonProcessingException {
    String text;
    try {
      // Jackson would take other encodings, too, and replaces some of what is malformed.
      text = Utf8.decode(body);
    } catch (CharacterCodingException e) {
      throw new JsonParseException(null, "The body is not UTF-8", e);
    }
    return MAPPER.readValue(text, type);
  }

  /** A record's body: null members are left out. */
  public static byte[] write(Object body) {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a record of the API: " + body.getClass(), e);
    }
  }

  /** As {@link #write}, on one line of text. */
  public static String line(Object body) {
    return new String(write(body), StandardCharsets.UTF_8);
  }
}
