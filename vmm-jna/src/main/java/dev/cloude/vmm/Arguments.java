package dev.cloude.vmm;

import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The words of {@link Main}'s command line. Bad ones are {@link VmmException}s of code CONFIG. */
final class Arguments {
  static final String HELP =
      """
      usage: java -jar vmm-jna.jar --kernel FILE [--initrd FILE] [--cmdline TEXT] [--memory MIB]
               [--vcpus N] [--tap NAME --mac ADDRESS] [--disk FILE] [--console] [--timeout SECONDS] [--statistics]
             java -jar vmm-jna.jar --probe      can this host's /dev/kvm run 64-bit guests?""";

  private static final Set<String> WITH_VALUE =
      Set.of("kernel", "initrd", "cmdline", "memory", "vcpus", "tap", "mac", "disk", "timeout");
  private static final Set<String> FLAGS = Set.of("console", "statistics", "probe");

  private final Map<String, String> values = new HashMap<>();
  private final Set<String> flags = new HashSet<>();

  private Arguments() {}

  static Arguments parse(String[] words) {
    Arguments arguments = new Arguments();
    for (int i = 0; i < words.length; i++) {
      String name = words[i].startsWith("--") ? words[i].substring(2) : "";
      if (FLAGS.contains(name)) {
        arguments.flags.add(name);
      } else if (!WITH_VALUE.contains(name)) {
        throw bad("There is no option '" + words[i] + "'.");
      } else if (i + 1 == words.length) {
        throw bad("The option --" + name + " needs a value.");
      } else {
        arguments.values.put(name, words[++i]);
      }
    }
    return arguments;
  }

  boolean probe() {
    return flags.contains("probe");
  }

  boolean statistics() {
    return flags.contains("statistics");
  }

  /**
   * @param console where the guest's console goes when it is asked for
   */
  MicroVmConfig config(Consumer<ByteBuffer> console) {
    if (!values.containsKey("kernel")) {
      throw bad("The option --kernel is missing.");
    }
    MicroVmConfig.Builder builder =
        MicroVmConfig.builder(path("kernel"))
            .commandLine(values.getOrDefault("cmdline", ""))
            .memoryBytes(number("memory", 512, MicroVmConfig.MAX_MEMORY >> 20) << 20)
            .vcpus((int) number("vcpus", 1, MicroVmConfig.MAX_VCPUS));
    if (values.containsKey("initrd")) {
      builder.initrd(path("initrd"));
    }
    if (values.containsKey("tap") != values.containsKey("mac")) {
      throw bad("The options --tap and --mac go together.");
    }
    if (values.containsKey("tap")) {
      builder.tap(tap());
    }
    if (values.containsKey("disk")) {
      builder.disk(path("disk"));
    }
    if (flags.contains("console")) {
      builder.console(console);
    }
    if (values.containsKey("timeout")) {
      builder.deadline(Duration.ofSeconds(number("timeout", 0, Integer.MAX_VALUE)));
    }
    return builder.build();
  }

  private Path path(String name) {
    try {
      return Path.of(values.get(name));
    } catch (InvalidPathException e) {
      throw bad("The option --" + name + " has no valid path: " + e.getMessage() + ".");
    }
  }

  private TapAttachment tap() {
    try {
      return new TapAttachment(values.get("tap"), values.get("mac"));
    } catch (IllegalArgumentException e) {
      throw bad("The option --mac has no address: " + e.getMessage());
    }
  }

  private long number(String name, long otherwise, long max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers out of range.
    }
    throw bad(
        "The option --" + name + " takes a number from 1 to " + max + ", not '" + text + "'.");
  }

  private static VmmException bad(String message) {
    return new VmmException(VmmException.Code.CONFIG, message);
  }
}
