package dev.cloude.bench.images;

import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import dev.cloude.runtime.job.PlatformException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every language's image in every form: how long it takes to build, how large it is, how soon its
 * agent answers and what memory is in use then. The peer is an archive with nothing but busybox,
 * with the same agent and the same kernel.
 */
public final class ImagesBenchmark {
  /** Boots of images with a target, and of the peer; checks of every image. */
  private static final int MANY = 10;

  /** Boots of the other images. */
  private static final int FEW = 3;

  private static final String PROMISED = "python";
  private static final double MOST_OF_PEER = 1.3;

  /** The largest images: to be ready in about the time of {@link #PROMISED}, from the disk. */
  private static final Set<String> LARGE = Set.of("java", "rust");

  private static final double MOST_OF_PROMISED = 1.2;

  /** Milliseconds. */
  private static final double MOST_OF_CHECK = 50;

  private final BenchCatalogue catalogue;
  private final Builds builds;
  private final PrintStream progress;
  private final List<Metric> metrics = new ArrayList<>();

  private ImagesBenchmark(BenchCatalogue catalogue, Builds builds, PrintStream progress) {
    this.catalogue = catalogue;
    this.builds = builds;
    this.progress = progress;
  }

  /**
   * @param inputs what images are built of
   * @param languages those of the catalogue to measure; empty for all
   * @param folder for images; left to the caller to delete
   * @throws IllegalStateException when an image cannot be built, or a guest does not start
   */
  public static List<Metric> run(
      ImageInputs inputs, Set<String> languages, Path folder, PrintStream progress)
      throws IOException {
    BenchCatalogue catalogue = new BenchCatalogue(inputs.catalogue(), languages, folder);
    Builds builds = new Builds(inputs, catalogue.file(), folder);
    try {
      return new ImagesBenchmark(catalogue, builds, progress).measure();
    } catch (PlatformException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<Metric> measure() throws IOException, InterruptedException, PlatformException {
    for (String language : catalogue.names()) {
      progress.printf("building %s%n", language);
      metrics.addAll(build(language));
    }
    Map<Form, Boots> guests = new EnumMap<>(Form.class);
    try {
      for (Form form : Form.values()) {
        guests.put(form, new Boots(catalogue.file(), builds.images(form), form));
      }
      progress.println(guests.get(Form.NONE).driver());
      boot(guests);
    } finally {
      guests.values().forEach(Boots::close);
    }
    return metrics;
  }

  private List<Metric> build(String language) throws IOException, InterruptedException {
    List<Metric> built = new ArrayList<>();
    double cold = builds.build(language, Form.NONE);
    built.add(metric(language, "built from nothing", "ms", cold));
    for (Form form : Form.values()) {
      if (form != Form.NONE) {
        builds.share(language, Form.NONE, form);
        double packed = builds.build(language, form);
        built.add(metric(language, form.title + ", built from fetched packages", "ms", packed));
      }
      built.add(metric(language, form.title + ", size", "MiB", builds.mib(language, form)));
    }
    built.add(metric(language, "found current", "ms", builds.build(language, Form.NONE)));
    List<Double> checks = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      checks.add(builds.check(language, Form.NONE));
    }
    built.add(
        Metric.lower(language + ", checked by a new builder", "ms", checks)
            .withTarget(MOST_OF_CHECK));
    return built;
  }

  private static Metric metric(String language, String what, String unit, double value) {
    return Metric.lower(language + ", " + what, unit, List.of(value));
  }

  /** All take turns, so that what else the host does meets each of them. */
  private void boot(Map<Form, Boots> guests) throws PlatformException, InterruptedException {
    Map<String, Map<Form, List<Boots.Boot>>> boots = new HashMap<>();
    for (int round = 0; round < MANY; round++) {
      for (String language : catalogue.names()) {
        Map<Form, List<Boots.Boot>> own =
            boots.computeIfAbsent(language, unused -> new EnumMap<>(Form.class));
        for (Form form : Form.values()) {
          if (round < FEW || isCompared(language, form)) {
            Boots.Boot boot = guests.get(form).boot(language);
            own.computeIfAbsent(form, unused -> new ArrayList<>()).add(boot);
          }
        }
        progress.printf("booted %s, round %d%n", language, round + 1);
      }
    }
    for (String language : catalogue.names()) {
      for (Form form : Form.values()) {
        add(language, form, boots);
      }
    }
  }

  /** What has a target, what a target is made of, and all forms of one language. */
  private static boolean isCompared(String language, Form form) {
    return language.equals(PROMISED)
        || (language.equals(BenchCatalogue.PEER) && form == Form.NONE)
        || (LARGE.contains(language) && form == Form.EROFS);
  }

  private void add(String language, Form form, Map<String, Map<Form, List<Boots.Boot>>> all) {
    String name = language + ", " + form.title + ", ";
    List<Boots.Boot> boots = all.get(language).get(form);
    Metric ready = ready(name, boots);
    if (!language.equals(BenchCatalogue.PEER)) {
      double bare = ready(name, all.get(BenchCatalogue.PEER).get(Form.NONE)).value();
      ready = ready.withPeer(bare);
      if (form == Form.EROFS && language.equals(PROMISED)) {
        ready = ready.withTarget(MOST_OF_PEER * bare);
      } else if (form == Form.EROFS && LARGE.contains(language) && all.containsKey(PROMISED)) {
        double promised = ready(name, all.get(PROMISED).get(form)).value();
        ready = ready.withTarget(MOST_OF_PROMISED * promised);
      }
    }
    metrics.add(ready);
    metrics.add(
        Metric.lower(
            name + "memory in use", "MiB", boots.stream().map(Boots.Boot::usedMib).toList()));
    metrics.add(
        Metric.lower(
            name + "memory of the guest",
            "MiB",
            List.of(Statistics.median(boots.stream().map(Boots.Boot::guestMib).toList()))));
  }

  private static Metric ready(String name, List<Boots.Boot> boots) {
    return Metric.lower(
        name + "agent ready", "ms", boots.stream().map(Boots.Boot::readyMillis).toList());
  }
}
