package dev.cloude.web.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.cloude.web.json.ApiJson;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what is wrong with a body that Jackson refused. */
public final class JsonProblems {
  private JsonProblems() {}

  /**
   * A body's record.
   *
   * @throws ProblemException when it is none
   */
  public static <T> T read(byte[] body, Class<T> type) {
    if (body.length == 0) {
      throw Problem.of(ProblemType.MALFORMED_JSON, "The body is empty; send a JSON object.")
          .exception();
    }
    T value;
    try {
      value = ApiJson.read(body, type);
    } catch (JsonProcessingException e) {
      throw of(e).exception();
    }
    if (value == null) {
      throw Problem.of(ProblemType.MALFORMED_JSON, "The body is null; send a JSON object.")
          .exception();
    }
    return value;
  }

  static Problem of(JsonProcessingException e) {
    String field = e instanceof JsonMappingException mapping ? path(mapping.getPath()) : "";
    if (e instanceof UnrecognizedPropertyException unknown) {
      return Problem.of(
          ProblemType.INVALID_FIELD,
          Quoted.bounded(field),
          "There is no field %s here; there are %s."
              .formatted(Quoted.of(unknown.getPropertyName()), names(unknown)));
    }
    if (e instanceof MismatchedInputException mismatch) {
      return mismatch(mismatch, field);
    }
    String original = String.valueOf(e.getOriginalMessage());
    if (original.contains("out of range of")) {
      return Problem.of(
          ProblemType.INVALID_FIELD,
          Quoted.bounded(field),
          "The number in %s is too large for it.".formatted(Quoted.bounded(field)));
    }
    return Problem.of(ProblemType.MALFORMED_JSON, sentence(original) + where(e.getLocation()));
  }

  private static String sentence(String original) {
    if (original.contains("Duplicate field")) {
      return "An object has the same field twice";
    }
    if (original.contains("is not UTF-8")) {
      return "The body is not UTF-8";
    }
    if (original.contains("nesting depth")) {
      return "The body is nested too deeply";
    }
    if (original.contains("maximum allowed")) {
      return "A number or a name is too long";
    }
    return "The body is not valid JSON";
  }

  private static Problem mismatch(MismatchedInputException mismatch, String field) {
    if (field.isEmpty()) {
      return Problem.of(
          ProblemType.MALFORMED_JSON, "The body must be one JSON object and nothing else.");
    }
    return Problem.of(
        ProblemType.INVALID_FIELD,
        Quoted.bounded(field),
        "%s must be %s.".formatted(Quoted.bounded(field), kind(mismatch.getTargetType())));
  }

  private static String kind(Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "of another type";
  }

  private static String names(UnrecognizedPropertyException unknown) {
    return unknown.getKnownPropertyIds().stream()
        .map(String::valueOf)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String path(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  private static String where(JsonLocation location) {
    return location == null
        ? "."
        : " (line %d, column %d).".formatted(location.getLineNr(), location.getColumnNr());
  }
}
