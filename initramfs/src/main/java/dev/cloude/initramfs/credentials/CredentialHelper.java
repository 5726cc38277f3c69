package dev.cloude.initramfs.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A program {@code docker-credential-NAME} that keeps secrets, asked as Docker asks it: {@code
 * get}, with the server's address on standard input; it answers with {@code {"Username",
 * "Secret"}}, or ends with another code than 0 and a message, both on standard output. What it
 * answers stays in memory and is in no message.
 */
final class CredentialHelper {
  private static final String PREFIX = "docker-credential-";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** Bytes; identity tokens have some thousands. */
  private static final int MOST = 64 << 10;

  private static final int MOST_OF_MESSAGE = 200;

  /** Of all helpers that are made with Docker's library. */
  private static final String UNKNOWN = "credentials not found in native keychain";

  private static final JsonMapper JSON = new JsonMapper();

  private final String program;
  private final Map<String, String> environment;
  private final Duration limit;

  /**
   * @param environment of the program, which is looked for on its {@code PATH}
   * @param limit how long it may take
   */
  CredentialHelper(String name, Map<String, String> environment, Duration limit) {
    this.program = PREFIX + name;
    this.environment = environment;
    this.limit = limit;
  }

  /** Whether a name makes a program's name: no path, no option. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * @return empty when the helper knows nothing of the server
   * @throws ImageException when it cannot be asked, or gives no answer
   */
  Optional<Credential> get(String server) throws ImageException {
    Process process = start();
    try {
      ask(process, server);
      byte[] said = answer(process);
      return process.exitValue() == 0
          ? Optional.of(parse(said, server))
          : unknown(process.exitValue(), said, server);
    } finally {
      end(process);
    }
  }

  private Process start() throws ImageException {
    Path file =
        Command.find(program, environment.getOrDefault("PATH", ""))
            .orElseThrow(
                () ->
                    new ImageException(
                        ImageException.Code.TOOL_MISSING,
                        program + " is not on the PATH; install it, or log in without it."));
    ProcessBuilder builder = new ProcessBuilder(file.toString(), "get");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.TOOL_FAILED,
          "%s could not be started (%s); install it again.".formatted(file, e.getMessage()),
          e);
    }
  }

  private static void ask(Process process, String server) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException readsNothing) {
      // Its answer counts, not whether it read the question.
      return;
    }
  }

  /** All that it says until it ends. */
  private byte[] answer(Process process) throws ImageException {
    long deadline = System.nanoTime() + limit.toNanos();
    CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> read(process));
    try {
      byte[] said = output.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (said.length > MOST) {
        throw failed("says more than %d bytes".formatted(MOST));
      }
      if (process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return said;
      }
      throw failed("has not ended within %d ms".formatted(limit.toMillis()));
    } catch (TimeoutException e) {
      throw failed("has not answered within %d ms".formatted(limit.toMillis()));
    } catch (ExecutionException e) {
      throw failed("broke off");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    }
  }

  private static byte[] read(Process process) {
    try {
      // Not closed here: whoever still holds the other end could keep this thread.
      InputStream in = process.getInputStream();
      return in.readNBytes(MOST + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Credential parse(byte[] said, String server) throws ImageException {
    JsonNode answer;
    try {
      answer = JSON.readTree(said);
    } catch (JsonProcessingException noJson) {
      answer = JSON.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String username = answer.path("Username").asText();
    String secret = answer.path("Secret").asText();
    if (secret.isEmpty() || username.isEmpty() || username.indexOf(':') >= 0) {
      throw failed("answers for %s without a Username and a Secret in JSON".formatted(server));
    }
    return new Credential(username, secret);
  }

  private Optional<Credential> unknown(int code, byte[] said, String server) throws ImageException {
    String message =
        new String(said, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ").strip();
    if (message.equals(UNKNOWN)) {
      return Optional.empty();
    }
    String shown =
        message.length() > MOST_OF_MESSAGE ? message.substring(0, MOST_OF_MESSAGE) + "…" : message;
    throw failed(
        "has failed for %s with exit code %d%s"
            .formatted(server, code, shown.isEmpty() ? "" : ", saying: " + shown));
  }

  private ImageException failed(String what) {
    return new ImageException(
        ImageException.Code.TOOL_FAILED,
        "%s %s; try \"%s get\" by hand, or log in without it.".formatted(program, what, program));
  }

  /** With what it has started: that would hold its output open. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
