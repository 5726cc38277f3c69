package dev.cloude.bench;

import dev.cloude.bench.Arguments.Input;
import dev.cloude.bench.boot.BootBenchmark;
import dev.cloude.bench.boot.BootInputs;
import dev.cloude.bench.density.DensityBenchmark;
import dev.cloude.bench.exits.ExitsBenchmark;
import dev.cloude.bench.images.ImageInputs;
import dev.cloude.bench.images.ImagesBenchmark;
import dev.cloude.bench.jobs.JobsBenchmark;
import dev.cloude.bench.net.NetBenchmark;
import dev.cloude.bench.report.Host;
import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Report;
import dev.cloude.vmm.KvmProbe;
import dev.cloude.vmm.VmmException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs one benchmark. The table goes to standard output, progress to standard error. Exit code 0
 * when the benchmark ran, whether or not its targets are met; 2 for bad usage; 125 when it could
 * not be run.
 */
public final class Main {
  private static final int OK = 0;
  private static final int USAGE = 2;
  private static final int PLATFORM = 125;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    Arguments parsed;
    try {
      parsed = Arguments.parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(Arguments.HELP);
      return USAGE;
    }
    try {
      Report report = measure(parsed, err);
      if (parsed.json().isPresent()) {
        Files.writeString(parsed.json().get(), report.json());
      }
      out.print(report.text());
      return OK;
    } catch (VmmException | IllegalStateException | UncheckedIOException | IOException e) {
      err.println("The benchmark " + parsed.name() + " could not be run: " + e.getMessage());
      return PLATFORM;
    }
  }

  private static Report measure(Arguments arguments, PrintStream progress) throws IOException {
    Host host = Host.here(KvmProbe.run().reason());
    Path folder = Files.createTempDirectory("cloude-bench");
    try {
      List<Metric> metrics =
          switch (arguments.name()) {
            case EXITS -> ExitsBenchmark.run(arguments.needed(Input.PEER), folder, progress);
            case DENSITY -> DensityBenchmark.run(folder, progress);
            case JOBS -> JobsBenchmark.run(arguments.needed(Input.LAUNCHER), folder, progress);
            case NET ->
                NetBenchmark.run(
                    arguments.needed(Input.KERNEL),
                    arguments.needed(Input.IMAGE),
                    arguments.needed(Input.PEER),
                    progress);
            case BOOT -> BootBenchmark.run(boot(arguments), arguments.needed(Input.PEER), progress);
            case IMAGES ->
                ImagesBenchmark.run(images(arguments), arguments.languages(), folder, progress);
          };
      return new Report(arguments.name().word(), host, metrics);
    } finally {
      delete(folder);
    }
  }

  private static BootInputs boot(Arguments arguments) {
    return new BootInputs(
        arguments.needed(Input.KERNEL),
        arguments.optional(Input.TUNED),
        arguments.needed(Input.IMAGE),
        arguments.needed(Input.START),
        arguments.needed(Input.DISK));
  }

  private static ImageInputs images(Arguments arguments) {
    return new ImageInputs(
        arguments.needed(Input.BUILDER),
        arguments.optional(Input.CLASSES),
        arguments.needed(Input.CATALOGUE),
        arguments.needed(Input.AGENT),
        arguments.needed(Input.MODULES),
        arguments.needed(Input.NETWORK));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
