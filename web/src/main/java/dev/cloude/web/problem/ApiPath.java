package dev.cloude.web.problem;

/** Which requests get problems as answers to errors, and not the original's. */
public final class ApiPath {
  private ApiPath() {}

  /**
   * Whether a request is for the native API.
   *
   * @param uri path of the request as sent; null when not known
   */
  public static boolean matches(String uri) {
    return uri != null && (uri.equals("/api") || uri.startsWith("/api/"));
  }
}
