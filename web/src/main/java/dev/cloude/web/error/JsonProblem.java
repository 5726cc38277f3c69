package dev.cloude.web.error;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** Says what is wrong with a body that Jackson refused. */
final class JsonProblem {
  /** Deeper than any server nests what Jackson threw. */
  private static final int MOST_CAUSES = 8;

  private JsonProblem() {}

  /** The answer for the Jackson exception in a chain of causes; null when there is none. */
  static Response in(Throwable thrown) {
    Throwable e = thrown;
    for (int i = 0; i < MOST_CAUSES && e != null; i++, e = e.getCause()) {
      if (e instanceof JacksonException problem) {
        return response(problem);
      }
    }
    return null;
  }

  static Response response(JacksonException problem) {
    return Errors.response(Response.Status.BAD_REQUEST, sentence(problem));
  }

  private static String sentence(JacksonException problem) {
    if (problem instanceof MismatchedInputException mismatch) {
      return mismatch(mismatch);
    }
    String original = String.valueOf(problem.getOriginalMessage());
    String what =
        original.startsWith("Duplicate field")
            ? "The body has a field twice"
            : "The body is not valid JSON";
    return what + where(problem.getLocation());
  }

  private static String mismatch(MismatchedInputException mismatch) {
    List<JsonMappingException.Reference> path = mismatch.getPath();
    if (path.isEmpty() || path.get(0).getFieldName() == null) {
      return "The body must be one JSON object";
    }
    String type = mismatch.getTargetType() == String.class ? "a string" : "of another type";
    return "Field '%s' must be %s".formatted(path.get(0).getFieldName(), type);
  }

  private static String where(JsonLocation location) {
    return location == null
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
  }
}
