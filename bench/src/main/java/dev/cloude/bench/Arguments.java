package dev.cloude.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The command line, checked.
 *
 * @param json where the report goes as JSON, if anywhere
 * @param inputs at least what the benchmark needs
 * @param languages those to measure, for {@link Name#IMAGES}; empty for all
 */
record Arguments(Name name, Optional<Path> json, Map<Input, Path> inputs, Set<String> languages) {
  /** The benchmarks. */
  enum Name {
    EXITS(Input.PEER),
    DENSITY,
    JOBS(Input.LAUNCHER),
    NET(Input.PEER, Input.KERNEL, Input.IMAGE),
    BOOT(Input.PEER, Input.KERNEL, Input.IMAGE, Input.START, Input.DISK),
    IMAGES(Input.BUILDER, Input.CATALOGUE, Input.AGENT, Input.MODULES, Input.NETWORK);

    private final List<Input> needed;

    Name(Input... needed) {
      this.needed = List.of(needed);
    }

    /** As on the command line. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What benchmarks work with. */
  enum Input {
    /** The peer's program. */
    PEER("PROGRAM"),
    /** What starts the servers. */
    LAUNCHER("PROGRAM"),
    /** To boot. */
    KERNEL("FILE"),
    /** To boot as well, of our own configuration. */
    TUNED("FILE"),
    /** The initramfs with the agent. */
    IMAGE("FILE"),
    /** The initramfs that only starts what is on the disk. */
    START("FILE"),
    /** The root file system. */
    DISK("FILE"),
    /** What builds images. */
    BUILDER("JAR"),
    /** Its classes, kept by a JVM. */
    CLASSES("FILE"),
    /** Whose languages are measured. */
    CATALOGUE("FILE"),
    /** The guest's agent. */
    AGENT("FILE"),
    /** The guest kernel's modules. */
    MODULES("DIR"),
    /** The network namespace in which packages are found. */
    NETWORK("FILE");

    private final String kind;

    Input(String kind) {
      this.kind = kind;
    }

    /** As on the command line. */
    String option() {
      return "--" + name().toLowerCase(Locale.ROOT);
    }
  }

  static final String HELP =
      "usage: cloude-bench NAME [--json FILE]%s [--language NAME]...; NAME is one of %s"
          .formatted(
              Arrays.stream(Input.values())
                  .map(input -> " [%s %s]".formatted(input.option(), input.kind))
                  .collect(Collectors.joining()),
              Arrays.stream(Name.values()).map(Name::word).collect(Collectors.joining(", ")));

  /** {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... arguments) {
    Name name = null;
    Path json = null;
    Map<Input, Path> inputs = new EnumMap<>(Input.class);
    Set<String> languages = new LinkedHashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      Optional<Input> input = input(arguments[i]);
      if (input.isPresent()) {
        inputs.put(input.get(), path(arguments, ++i));
      } else if (arguments[i].equals("--json")) {
        json = path(arguments, ++i);
      } else if (arguments[i].equals("--language")) {
        languages.add(value(arguments, ++i, "a name"));
      } else if (name == null) {
        name = name(arguments[i]);
      } else {
        throw new IllegalArgumentException("Unexpected argument: " + arguments[i]);
      }
    }
    return new Arguments(name, Optional.ofNullable(json), inputs, languages).checked();
  }

  private Arguments checked() {
    if (name == null) {
      throw new IllegalArgumentException("Which benchmark?");
    }
    for (Input input : name.needed) {
      if (!inputs.containsKey(input)) {
        throw new IllegalArgumentException(
            "The benchmark %s needs %s.".formatted(name.word(), input.option()));
      }
    }
    if (name != Name.IMAGES && !languages.isEmpty()) {
      throw new IllegalArgumentException("Only the benchmark images takes --language.");
    }
    Path peer = inputs.get(Input.PEER);
    if (peer != null && !Files.isExecutable(peer)) {
      throw new IllegalArgumentException("The peer " + peer + " is no program.");
    }
    // Known before the benchmark has run for minutes.
    if (json.isPresent() && !Files.isDirectory(json.get().toAbsolutePath().getParent())) {
      throw new IllegalArgumentException("There is no folder for the report " + json.get() + ".");
    }
    return this;
  }

  /** What the benchmark has said that it needs. */
  Path needed(Input input) {
    return Optional.ofNullable(inputs.get(input)).orElseThrow();
  }

  /** What a benchmark can do without. */
  Optional<Path> optional(Input input) {
    return Optional.ofNullable(inputs.get(input));
  }

  private static Optional<Input> input(String word) {
    return Arrays.stream(Input.values()).filter(i -> i.option().equals(word)).findFirst();
  }

  private static Name name(String word) {
    return Arrays.stream(Name.values())
        .filter(n -> n.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no benchmark '" + word + "'."));
  }

  private static Path path(String[] arguments, int at) {
    return Path.of(value(arguments, at, "a file"));
  }

  private static String value(String[] arguments, int at, String kind) {
    if (at >= arguments.length) {
      throw new IllegalArgumentException(arguments[at - 1] + " takes " + kind + ".");
    }
    return arguments[at];
  }
}
