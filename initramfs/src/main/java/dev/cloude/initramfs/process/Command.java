package dev.cloude.initramfs.process;

import dev.cloude.initramfs.error.ImageException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One run of an installed program. The program is ended when this process is told to end, so that a
 * cancelled build leaves nothing running.
 */
public final class Command {
  private static final int KEPT_LINES = 15;

  private final List<String> words;
  private Optional<Path> input = Optional.empty();
  private Optional<Path> output = Optional.empty();
  private Consumer<String> progress = line -> {};
  private Optional<Patience> patience = Optional.empty();
  private Map<String, String> environment = Map.of();

  public Command(List<String> words) {
    this.words = List.copyOf(words);
  }

  /** Where a program is on the PATH, if it is. */
  public static Optional<Path> find(String name) {
    return find(name, System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
  }

  /** Where a program is in the folders of another PATH. */
  public static Optional<Path> find(String name, String path) {
    for (String folder : path.split(File.pathSeparator)) {
      Path candidate = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Reads standard input from a file; without it there is none. */
  public Command from(Path file) {
    input = Optional.of(file);
    return this;
  }

  /** Writes standard output to a file; without it, it is treated as standard error is. */
  public Command to(Path file) {
    output = Optional.of(file);
    return this;
  }

  /** Gets every line of standard error while the program runs. */
  public Command progress(Consumer<String> listener) {
    progress = listener;
    return this;
  }

  /** Sets variables besides this process's own. */
  public Command environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  /**
   * Ends the program when it makes no progress any more.
   *
   * @param limit how long it may write no line, and the measure may stand still
   * @param measure a number that changes while the program gets on
   */
  public Command patience(Duration limit, LongSupplier measure) {
    patience = Optional.of(new Patience(limit, measure));
    return this;
  }

  /**
   * Runs the program to its end.
   *
   * @param purpose completes "… could not": for example {@code fetch the packages of python}
   * @throws ImageException when it cannot be started or its exit code is not 0; the message holds
   *     its last lines
   */
  public void run(String purpose) throws ImageException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    builder.redirectInput(input.map(Path::toFile).orElse(new File("/dev/null")));
    if (output.isPresent()) {
      builder.redirectOutput(output.get().toFile());
    } else {
      builder.redirectErrorStream(true);
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.TOOL_MISSING,
          "%s could not be started to %s (%s); install it."
              .formatted(words.get(0), purpose, e.getMessage()),
          e);
    }
    Thread ender = Executors.defaultThreadFactory().newThread(process::destroy);
    Runtime.getRuntime().addShutdownHook(ender);
    Optional<Patience.Watch> watch = patience.map(p -> p.watch(process));
    try {
      Deque<String> last = readLines(process, () -> watch.ifPresent(Patience.Watch::sign));
      int code = process.waitFor();
      if (watch.isPresent() && watch.get().isOver()) {
        throw failed(purpose, "no progress for " + watch.get().limit().toMillis() + " ms", last);
      }
      if (code != 0) {
        throw failed(purpose, "exit code " + code, last);
      }
    } catch (IOException e) {
      process.destroy();
      throw failed(purpose, e.getMessage(), new ArrayDeque<>());
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw failed(purpose, "interrupted", new ArrayDeque<>());
    } finally {
      watch.ifPresent(Patience.Watch::close);
      forget(ender);
    }
  }

  private Deque<String> readLines(Process process, Runnable sign) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    var stream = output.isPresent() ? process.getErrorStream() : process.getInputStream();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sign.run();
        progress.accept(line);
        last.add(line);
        if (last.size() > KEPT_LINES) {
          last.remove();
        }
      }
    }
    return last;
  }

  private static void forget(Thread ender) {
    try {
      Runtime.getRuntime().removeShutdownHook(ender);
    } catch (IllegalStateException endingAlready) {
      // The hook is doing its work just now.
      return;
    }
  }

  private ImageException failed(String purpose, String why, Deque<String> last) {
    String said = last.isEmpty() ? "It said nothing." : "It said: " + String.join(" / ", last);
    return new ImageException(
        ImageException.Code.TOOL_FAILED,
        "%s could not %s (%s). %s"
            .formatted(Path.of(words.get(0)).getFileName(), purpose, why, said));
  }
}
