package dev.cloude.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The command line, checked.
 *
 * @param json where the report goes as JSON, if anywhere
 * @param peer the peer's program; there for every benchmark that needs one
 * @param kernel to boot; there for every benchmark that boots Linux
 * @param image the initramfs with the agent; as the kernel
 */
record Arguments(
    Name name,
    Optional<Path> json,
    Optional<Path> peer,
    Optional<Path> kernel,
    Optional<Path> image) {
  /** The benchmarks. */
  enum Name {
    EXITS(true, false),
    DENSITY(false, false),
    BOOT(true, true);

    private final boolean needsPeer;
    private final boolean needsGuest;

    Name(boolean needsPeer, boolean needsGuest) {
      this.needsPeer = needsPeer;
      this.needsGuest = needsGuest;
    }

    /** As on the command line. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String HELP =
      "usage: cloude-bench NAME [--json FILE] [--peer PROGRAM] [--kernel FILE --image FILE];"
          + " NAME is one of "
          + Arrays.stream(Name.values()).map(Name::word).collect(Collectors.joining(", "));

  /** {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... arguments) {
    Name name = null;
    Path json = null;
    Path peer = null;
    Path kernel = null;
    Path image = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--json" -> json = path(arguments, ++i);
        case "--peer" -> peer = path(arguments, ++i);
        case "--kernel" -> kernel = path(arguments, ++i);
        case "--image" -> image = path(arguments, ++i);
        default -> {
          if (name != null) {
            throw new IllegalArgumentException("Unexpected argument: " + arguments[i]);
          }
          name = name(arguments[i]);
        }
      }
    }
    return new Arguments(
            name,
            Optional.ofNullable(json),
            Optional.ofNullable(peer),
            Optional.ofNullable(kernel),
            Optional.ofNullable(image))
        .checked();
  }

  private Arguments checked() {
    if (name == null) {
      throw new IllegalArgumentException("Which benchmark?");
    }
    if (name.needsPeer && peer.isEmpty()) {
      throw new IllegalArgumentException("The benchmark " + name.word() + " needs --peer.");
    }
    if (name.needsGuest && (kernel.isEmpty() || image.isEmpty())) {
      throw new IllegalArgumentException(
          "The benchmark " + name.word() + " needs --kernel and --image.");
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
