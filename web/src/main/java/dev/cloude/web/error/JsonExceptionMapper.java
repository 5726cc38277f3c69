package dev.cloude.web.error;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Whatever else Jackson refuses, such as nesting that is too deep; RESTEasy has its own mapper for
 * it.
 */
@Provider
@Priority(1)
public class JsonExceptionMapper implements ExceptionMapper<JsonProcessingException> {

  @Override
  public Response toResponse(JsonProcessingException e) {
    return JsonProblem.response(e);
  }
}
