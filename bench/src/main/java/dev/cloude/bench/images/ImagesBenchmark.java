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

/**
 * Every language's image in every form: how long it takes to build, how large it is, how soon its
 * agent answers and what memory is in use then. The peer is an archive with nothing but busybox,
 * with the same agent and the same kernel.
 */
public final class ImagesBenchmark {
  /** Boots of the language with a target, and of its peer; checks of every image. */
  private static final int MANY = 5;

  private static final int FEW = 3;
  private static final String PROMISED = "python";
  private static final double MOST_OF_PEER = 1.3;

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
   * @param folder for images; left to the caller to delete
   * @throws IllegalStateException when an image cannot be built, or a guest does not start
   */
  public static List<Metric> run(ImageInputs inputs, Path folder, PrintStream progress)
      throws IOException {
    BenchCatalogue catalogue = new BenchCatalogue(inputs.catalogue(), folder);
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

  /** Forms take turns, so that what else the host does meets all of them. */
  private void boot(Map<Form, Boots> guests) throws PlatformException, InterruptedException {
    Map<Form, Double> peer = new HashMap<>();
    for (String language : catalogue.names()) {
      boolean watched = language.equals(BenchCatalogue.PEER) || language.equals(PROMISED);
      Map<Form, List<Boots.Boot>> boots = new EnumMap<>(Form.class);
      for (int i = 0; i < (watched ? MANY : FEW); i++) {
        for (Form form : Form.values()) {
          boots
              .computeIfAbsent(form, unused -> new ArrayList<>())
              .add(guests.get(form).boot(language));
        }
        progress.printf("booted %s, round %d%n", language, i + 1);
      }
      boots.forEach((form, all) -> add(language, form, all, peer));
    }
  }

  private void add(String language, Form form, List<Boots.Boot> boots, Map<Form, Double> peer) {
    String name = language + ", " + form.title + ", ";
    Metric ready =
        Metric.lower(
            name + "agent ready", "ms", boots.stream().map(Boots.Boot::readyMillis).toList());
    if (language.equals(BenchCatalogue.PEER)) {
      peer.put(form, ready.value());
    } else {
      double bare = peer.get(Form.NONE);
      ready = ready.withPeer(bare);
      if (language.equals(PROMISED) && form == Form.EROFS) {
        ready = ready.withTarget(MOST_OF_PEER * bare);
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
}
