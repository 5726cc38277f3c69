package dev.cloude.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.Option;

/** Which server to talk to; shared by all commands. */
final class BackendOption {
  @Option(
      names = "--backend",
      paramLabel = "URL",
      defaultValue = "${env:CLOUDE_BACKEND:-http://127.0.0.1:8080}",
      description = "the server (default: $CLOUDE_BACKEND, else http://127.0.0.1:8080)")
  private String url = "";

  /**
   * @throws CliException if the option is not an address of a server
   */
  Backend open() {
    String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      URI uri = new URI(trimmed);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      boolean https = "https".equalsIgnoreCase(uri.getScheme());
      if ((http || https)
          && uri.getHost() != null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return new Backend(uri);
      }
    } catch (URISyntaxException e) {
      throw refused(e);
    }
    throw refused(null);
  }

  private CliException refused(Throwable cause) {
    return CliException.usage(
        "--backend is \"" + url + "\"; it must look like http://127.0.0.1:8080.", cause);
  }
}
