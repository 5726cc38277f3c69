package dev.cloude.web.error;

import com.fasterxml.jackson.core.JacksonException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Whatever else Jackson refuses, such as nesting that is too deep. */
@Provider
@Priority(1)
public class JsonExceptionMapper implements ExceptionMapper<JacksonException> {

  @Override
  public Response toResponse(JacksonException e) {
    return JsonProblem.response(e);
  }
}
