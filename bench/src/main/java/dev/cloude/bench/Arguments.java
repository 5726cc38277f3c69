package dev.cloude.bench;

import dev.cloude.bench.images.ImageInputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The command line, checked.
 *
 * @param json where the report goes as JSON, if anywhere
 * @param peer the compiled peer; there for every benchmark that needs one
 * @param images what images are built of; there for the benchmark that builds them
 */
record Arguments(
    Name name, Optional<Path> json, Optional<Path> peer, Optional<ImageInputs> images) {
  /** The benchmarks. */
  enum Name {
    EXITS(true),
    DENSITY(false),
    IMAGES(false);

    private final boolean needsPeer;

    Name(boolean needsPeer) {
      this.needsPeer = needsPeer;
    }

    /** As on the command line. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String HELP =
      "usage: cloude-bench NAME [--json FILE] [--peer PROGRAM]"
          + " [--builder JAR --catalogue FILE --agent FILE --modules DIR --network FILE]; NAME is one of "
          + Arrays.stream(Name.values()).map(Name::word).collect(Collectors.joining(", "));

  private static final List<String> INPUTS =
      List.of("--builder", "--catalogue", "--agent", "--modules", "--network");

  /** {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... arguments) {
    Name name = null;
    Path json = null;
    Path peer = null;
    Map<String, Path> inputs = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--json" -> json = path(arguments, ++i);
        case "--peer" -> peer = path(arguments, ++i);
        case "--builder", "--catalogue", "--agent", "--modules", "--network" ->
            inputs.put(arguments[i], path(arguments, ++i));
        default -> {
          if (name != null) {
            throw new IllegalArgumentException("Unexpected argument: " + arguments[i]);
          }
          name = name(arguments[i]);
        }
      }
    }
    return new Arguments(name, Optional.ofNullable(json), Optional.ofNullable(peer), images(inputs))
        .checked();
  }

  private static Optional<ImageInputs> images(Map<String, Path> inputs) {
    if (inputs.isEmpty()) {
      return Optional.empty();
    }
    for (String input : INPUTS) {
      if (!inputs.containsKey(input) || !Files.exists(inputs.get(input))) {
        throw new IllegalArgumentException(
            "Images are built of " + String.join(", ", INPUTS) + ": " + input + " is missing.");
      }
    }
    return Optional.of(
        new ImageInputs(
            inputs.get("--builder"),
            inputs.get("--catalogue"),
            inputs.get("--agent"),
            inputs.get("--modules"),
            inputs.get("--network")));
  }

  private Arguments checked() {
    if (name == null) {
      throw new IllegalArgumentException("Which benchmark?");
    }
    if (name.needsPeer && peer.isEmpty()) {
      throw new IllegalArgumentException("The benchmark " + name.word() + " needs --peer.");
    }
    if (name == Name.IMAGES && images.isEmpty()) {
      throw new IllegalArgumentException("The benchmark images needs " + INPUTS + ".");
    }
    if (peer.isPresent() && !Files.isExecutable(peer.get())) {
      throw new IllegalArgumentException("The peer " + peer.get() + " is no program.");
    }
    // Known before the benchmark has run for minutes.
    if (json.isPresent() && !Files.isDirectory(json.get().toAbsolutePath().getParent())) {
      throw new IllegalArgumentException("There is no folder for the report " + json.get() + ".");
    }
    return this;
  }

  private static Name name(String word) {
    return Arrays.stream(Name.values())
        .filter(n -> n.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no benchmark '" + word + "'."));
  }

  private static Path path(String[] arguments, int at) {
    if (at >= arguments.length) {
      throw new IllegalArgumentException(arguments[at - 1] + " takes a file.");
    }
    return Path.of(arguments[at]);
  }
}
