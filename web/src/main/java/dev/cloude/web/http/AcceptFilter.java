package dev.cloude.web.http;

import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses weights in the Accept header that are none; RESTEasy would take them for its failure. */
@Provider
@PreMatching
public class AcceptFilter implements ContainerRequestFilter {
  private static final Pattern WEIGHT =
      Pattern.compile(";\\s*q\\s*=\\s*([^;,]*)", Pattern.CASE_INSENSITIVE);

  /** RFC 9110, section 12.4.2. */
  private static final Pattern GOOD = Pattern.compile("(0(\\.\\d{0,3})?|1(\\.0{0,3})?)\\s*");

  @Override
  public void filter(ContainerRequestContext request) {
    if (!weightsAreGood(request.getHeaderString(HttpHeaders.ACCEPT))) {
      String detail =
          "The Accept header has a weight that is not a number from 0 to 1 with at most three"
              + " decimals; mend it or leave it out.";
      request.abortWith(Problem.of(ProblemType.BAD_REQUEST, detail).response());
    }
  }

  /**
   * @param accept the header; null when there is none
   */
  static boolean weightsAreGood(String accept) {
    Matcher weights = WEIGHT.matcher(accept == null ? "" : accept);
    while (weights.find()) {
      if (!GOOD.matcher(weights.group(1)).matches()) {
        return false;
      }
    }
    return true;
  }
}
