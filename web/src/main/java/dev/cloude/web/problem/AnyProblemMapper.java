package dev.cloude.web.problem;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** The last resort: the details go to the log, never to the client. */
@Provider
public class AnyProblemMapper implements ExceptionMapper<Throwable> {
  private static final System.Logger LOG = System.getLogger(AnyProblemMapper.class.getName());

  @Override
  public Response toResponse(Throwable e) {
    if (e.getCause() instanceof ProblemException wrapped) {
      return wrapped.problem().response();
    }
    if (e instanceof ProcessingException) {
      return Problem.ofStatus(400).response();
    }
    LOG.log(Level.ERROR, "A request failed", e);
    return Problem.ofStatus(500).response();
  }
}
