package dev.cloude.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The command line, checked. */
final class Arguments {
  /** What an option gives. */
  enum Option {
    /** Where the report goes as JSON. */
    JSON,
    /** The peer's program. */
    PEER,
    /** What starts the servers. */
    LAUNCHER,
    /** A kernel to boot. */
    KERNEL,
    /** An initramfs with the agent. */
    IMAGE;

    /** As on the command line. */
    String word() {
      return "--" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** The benchmarks. */
  enum Name {
    EXITS(Option.PEER),
    DENSITY(),
    BOOT(Option.PEER, Option.KERNEL, Option.IMAGE),
    JOBS(Option.LAUNCHER);

    private final Set<Option> needs = EnumSet.noneOf(Option.class);

    Name(Option... needs) {
      this.needs.addAll(Arrays.asList(needs));
    }

    /** As on the command line. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String HELP =
      "usage: cloude-bench NAME [--json FILE] [--peer PROGRAM] [--launcher PROGRAM]"
          + " [--kernel FILE] [--image FILE]; NAME is one of "
          + Arrays.stream(Name.values()).map(Name::word).collect(Collectors.joining(", "));

  private final Map<Option, Path> options = new EnumMap<>(Option.class);
  private Name name;

  private Arguments() {}

  /** {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... words) {
    Arguments arguments = new Arguments();
    for (int i = 0; i < words.length; i++) {
      Option option = option(words[i]);
      if (option != null) {
        if (++i == words.length) {
          throw new IllegalArgumentException(option.word() + " takes a file.");
        }
        arguments.options.put(option, Path.of(words[i]));
      } else if (arguments.name != null) {
        throw new IllegalArgumentException("Unexpected argument: " + words[i]);
      } else {
        arguments.name = name(words[i]);
      }
    }
    arguments.check();
    return arguments;
  }

  Name name() {
    return name;
  }

  Optional<Path> json() {
    return Optional.ofNullable(options.get(Option.JSON));
  }

  /** An option that the benchmark needs, and so has. */
  Path required(Option option) {
    return options.get(option);
  }

  private void check() {
    if (name == null) {
      throw new IllegalArgumentException("Which benchmark?");
    }
    for (Option needed : name.needs) {
      if (!options.containsKey(needed)) {
        throw new IllegalArgumentException(
            "The benchmark " + name.word() + " needs " + needed.word() + ".");
      }
    }
    Path peer = options.get(Option.PEER);
    if (peer != null && !Files.isExecutable(peer)) {
      throw new IllegalArgumentException("The peer " + peer + " is no program.");
    }
    // Known before the benchmark has run for minutes.
    if (json().isPresent() && !Files.isDirectory(json().get().toAbsolutePath().getParent())) {
      throw new IllegalArgumentException("There is no folder for the report " + json().get() + ".");
    }
  }

  // Null when the word is none.
  private static Option option(String word) {
    return Arrays.stream(Option.values())
        .filter(o -> o.word().equals(word))
        .findFirst()
        .orElse(null);
  }

  private static Name name(String word) {
    return Arrays.stream(Name.values())
        .filter(n -> n.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no benchmark '" + word + "'."));
  }
}
