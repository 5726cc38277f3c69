package dev.cloude.bench.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the builder as users do: in a process of its own. */
final class Builds {
  private static final Pattern CHECKED = Pattern.compile("checked in (\\d+) ms");

  private final Path builder;
  private final Optional<Path> classes;
  private final Path catalogue;
  private final Path agent;
  private final Path modules;
  private final Path network;
  private final Path folder;

  /**
   * @param inputs what images are built of
   * @param catalogue instead of that of the inputs
   * @param folder gets a folder of images for every form
   */
  Builds(ImageInputs inputs, Path catalogue, Path folder) {
    this.builder = inputs.builder();
    this.classes = inputs.classes();
    this.catalogue = catalogue;
    this.agent = inputs.agent();
    this.modules = inputs.modules();
    this.network = inputs.network();
    this.folder = folder;
  }

  /** Images of a form. */
  Path images(Form form) {
    return folder.resolve(form.option());
  }

  /**
   * Builds a language's image, or finds that it is current.
   *
   * @return milliseconds of the whole process
   */
  double build(String language, Form form) throws IOException, InterruptedException {
    long start = System.nanoTime();
    run(language, form);
    return (System.nanoTime() - start) / 1e6;
  }

  /**
   * Has a new builder look whether an image is current.
   *
   * @return the milliseconds that it says it took, without the start of its JVM
   * @throws IOException when it was not current, or cannot be built
   */
  double check(String language, Form form) throws IOException, InterruptedException {
    String said = run(language, form);
    Matcher checked = CHECKED.matcher(said);
    if (!checked.find()) {
      throw new IOException("the image of " + language + " was not current: " + said);
    }
    return Double.parseDouble(checked.group(1));
  }

  /** What a builder said that made one image. */
  private String run(String language, Form form) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    "nsenter",
                    "--net=" + network,
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off",
                    classes.map(file -> "-XX:SharedArchiveFile=" + file).orElse("-Xshare:auto"),
                    "-jar",
                    builder.toString(),
                    "build",
                    "--catalogue",
                    catalogue.toString(),
                    "--agent",
                    agent.toString(),
                    "--modules",
                    modules.toString(),
                    "--output",
                    images(form).toString(),
                    "--language",
                    language,
                    "--compression",
                    form.option()))
            .redirectErrorStream(true)
            .start();
    String said;
    try (InputStream in = process.getInputStream()) {
      said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("the image of " + language + " could not be built: " + said);
    }
    return said;
  }

  /** Gives a form what another has fetched, as hard links: the builder only ever replaces files. */
  void share(String language, Form from, Form to) throws IOException {
    Files.createDirectories(images(to));
    for (Path file : files(images(from), "." + language + "-")) {
      Path link = images(to).resolve(file.getFileName());
      if (file.toString().contains(".source.") && !Files.exists(link)) {
        Files.createLink(link, file);
      }
    }
  }

  /** Size of a language's finished image in MiB. */
  double mib(String language, Form form) throws IOException {
    Optional<Path> meta =
        files(images(form), language + "-").stream()
            .filter(file -> file.toString().endsWith(".meta"))
            .findFirst();
    String image = meta.orElseThrow().toString().replaceFirst("\\.meta$", "");
    return Files.size(Path.of(image)) / (double) (1 << 20);
  }

  private static List<Path> files(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
