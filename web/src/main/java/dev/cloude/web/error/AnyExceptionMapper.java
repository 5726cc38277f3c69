package dev.cloude.web.error;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** The last resort: the details go to the log, never to the client. */
@Provider
public class AnyExceptionMapper implements ExceptionMapper<Throwable> {
  private static final System.Logger LOG = System.getLogger(AnyExceptionMapper.class.getName());

  @Override
  public Response toResponse(Throwable e) {
    Response found = JsonProblem.in(e);
    if (found != null) {
      return found;
    }
    if (e instanceof ProcessingException) {
      return Errors.response(Response.Status.BAD_REQUEST, Errors.sentence(400));
    }
    LOG.log(Level.ERROR, "A request failed", e);
    return Errors.response(Response.Status.INTERNAL_SERVER_ERROR, Errors.sentence(500));
  }
}
