package dev.cloude.initramfs.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads and checks one entry of the catalogue by itself. */
final class EntryReader {
  private static final List<String> FIELDS =
      List.of(
          "version",
          "aliases",
          "packages",
          "suite",
          "base_image",
          "image",
          "exclude",
          "file",
          "compile",
          "run",
          "env",
          "memory_mib",
          "limits",
          "root");

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+_.-]{0,31}");
  private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9+#_.-]{0,31}");

  /** Debian policy, section 5.6.7. */
  private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]+");

  private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern EXCLUDE = Pattern.compile("/[^\\p{Cntrl}]+");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final int LEAST_MIB = 64;
  private static final int MOST_MIB = 65_536;

  /** An entry before names and shared images are settled; version "" means the shared image's. */
  record Draft(
      String name,
      String version,
      List<String> explicitAliases,
      List<String> builtInAliases,
      ImageSource source,
      List<String> exclude,
      String file,
      Optional<List<String>> compile,
      List<String> run,
      Map<String, String> env,
      OptionalInt memoryMib,
      Map<String, Long> limits,
      boolean root) {}

  private final String name;
  private final JsonNode entry;
  private final EntryFields fields;
  private final LimitFields limits;

  EntryReader(String origin, String name, JsonNode entry) {
    this.name = name;
    this.entry = entry;
    this.fields = new EntryFields(origin, name, entry);
    this.limits = new LimitFields(fields);
  }

  Draft read() throws CatalogueException {
    if (!NAME.matcher(name).matches()) {
      throw fields.bad(
          "has a name that must be 1 to 32 of a-z 0-9 + _ . - and begin with a letter");
    }
    if (!entry.isObject()) {
      throw fields.bad("must be a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : entry.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw fields.bad(
            "has the unknown field \"%s\"; the fields are %s"
                .formatted(field.getKey(), String.join(", ", FIELDS)));
      }
    }
    ImageSource source = source();
    String version = version(source instanceof ImageSource.SharedImage);
    Optional<BuiltInLanguages.Defaults> known = BuiltInLanguages.find(name);
    List<String> builtInAliases =
        entry.has("aliases") ? List.of() : known.map(k -> k.aliases()).orElse(List.of());
    boolean minimal = !entry.has("file") && !entry.has("run") && !entry.has("compile");
    if (minimal && known.isPresent() && source instanceof ImageSource.BaseImage) {
      Map<String, String> env = new LinkedHashMap<>(new TreeMap<>(known.get().env()));
      env.putAll(env());
      return new Draft(
          name,
          version,
          aliases(),
          builtInAliases,
          source,
          exclude(),
          known.get().file(),
          known.get().compile(),
          known.get().run(),
          env,
          memory(),
          limits.read(),
          fields.flag("root"));
    }
    return new Draft(
        name,
        version,
        aliases(),
        builtInAliases,
        source,
        exclude(),
        fields.matching(
            "file", fields.required("file"), FILE, "a plain file name, for example main.py"),
        fields.present("compile") ? Optional.of(command("compile")) : Optional.empty(),
        command("run"),
        env(),
        memory(),
        limits.read(),
        fields.flag("root"));
  }

  private List<String> exclude() throws CatalogueException {
    List<String> patterns = fields.present("exclude") ? fields.strings("exclude") : List.of();
    for (String pattern : patterns) {
      fields.matching(
          "exclude", pattern, EXCLUDE, "paths that begin with /, with * and ** as wild cards");
    }
    return patterns;
  }

  private ImageSource source() throws CatalogueException {
    List<String> given =
        List.of("packages", "base_image", "image").stream().filter(fields::present).toList();
    if (given.size() != 1) {
      throw fields.bad(
          "must have exactly one of packages, base_image and image, but has "
              + (given.isEmpty() ? "none" : String.join(" and ", given)));
    }
    if (fields.present("suite") && !given.get(0).equals("packages")) {
      throw fields.bad("has a suite, which only packages have; remove it");
    }
    if (fields.present("exclude") && given.get(0).equals("image")) {
      throw fields.bad("has an exclude list, but the image is another entry's; move it there");
    }
    switch (given.get(0)) {
      case "packages":
        List<String> packages = fields.strings("packages");
        for (String item : packages) {
          fields.matching("packages", item, PACKAGE, "names of Debian packages");
        }
        if (packages.isEmpty()) {
          throw fields.bad("has an empty list of packages; name at least one");
        }
        Optional<String> suite = Optional.empty();
        if (fields.present("suite")) {
          suite =
              Optional.of(
                  fields.matching(
                      "suite", fields.required("suite"), SUITE, "a release's code name"));
        }
        return new ImageSource.Packages(packages, suite);
      case "image":
        return new ImageSource.SharedImage(fields.required("image"));
      default:
        String reference = fields.required("base_image");
        if (reference.isBlank() || reference.chars().anyMatch(c -> c < ' ')) {
          throw fields.bad(
              "has an empty base_image; use for example python:3.11-alpine or oci:DIR:TAG");
        }
        return new ImageSource.BaseImage(reference);
    }
  }

  private String version(boolean optional) throws CatalogueException {
    if (optional && !fields.present("version")) {
      return "";
    }
    String version = fields.required("version");
    if (!Version.isValid(version)) {
      throw fields.bad(
          "has the version \"%s\"; use letters, digits and . + ~ _ (for example 3.11)"
              .formatted(version));
    }
    return version;
  }

  private List<String> aliases() throws CatalogueException {
    List<String> aliases = fields.present("aliases") ? fields.strings("aliases") : List.of();
    for (String alias : aliases) {
      fields.matching("aliases", alias, ALIAS, "1 to 32 of a-z 0-9 + # _ . - each");
    }
    return aliases;
  }

  private List<String> command(String field) throws CatalogueException {
    if (!fields.present(field)) {
      throw fields.bad(
          "has no "
              + field
              + "; give the command, for example [\"/usr/bin/python3\", \"main.py\"]");
    }
    List<String> command = fields.strings(field);
    if (command.isEmpty() || command.get(0).isEmpty()) {
      throw fields.bad("has an empty " + field + " command");
    }
    return command;
  }

  private Map<String, String> env() throws CatalogueException {
    if (!fields.present("env")) {
      return Map.of();
    }
    if (!entry.get("env").isObject()) {
      throw fields.bad("has an env that is not a JSON object of strings");
    }
    Map<String, String> env = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> variable : entry.get("env").properties()) {
      fields.matching("env", variable.getKey(), VARIABLE, "names of letters, digits and _");
      env.put(variable.getKey(), fields.text("env", variable.getValue()));
    }
    return env;
  }

  private OptionalInt memory() throws CatalogueException {
    if (!fields.present("memory_mib")) {
      return OptionalInt.empty();
    }
    JsonNode value = entry.get("memory_mib");
    if (!value.isInt() || value.intValue() < LEAST_MIB || value.intValue() > MOST_MIB) {
      throw fields.bad(
          "has %s for memory_mib; use a whole number of MiB from %d to %d"
              .formatted(value, LEAST_MIB, MOST_MIB));
    }
    return OptionalInt.of(value.intValue());
  }
}
