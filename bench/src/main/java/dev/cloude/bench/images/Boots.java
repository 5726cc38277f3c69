package dev.cloude.bench.images;

import dev.cloude.runtime.config.FrameSettings;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmIsolation;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.qemu.QemuOrphans;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.network.BridgedNetwork;
import dev.cloude.runtime.node.DriverSelection;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmSessions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Boots guests of one form of image, with the server's own parts. Wants a network namespace. */
final class Boots implements AutoCloseable {
  private static final Pattern MEMORY = Pattern.compile("(MemTotal|MemAvailable): +([0-9]+) kB");
  private static final double KIB_PER_MIB = 1024;

  private final Settings settings;
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final DriverChoice driver;
  private final GuestSessions sessions;
  private final NetworkSettings network;
  private long guests;

  /**
   * One boot.
   *
   * @param readyMillis from the start of the VM to the agent's answer
   * @param usedMib what is not available of the guest's memory then
   * @param guestMib the VM's memory
   */
  record Boot(double readyMillis, double usedMib, double guestMib) {}

  /**
   * @param images a folder with images of one form
   */
  Boots(Path catalogue, Path images, Form form) throws PlatformException {
    Map<String, String> values = new HashMap<>(System.getenv());
    values.put("LANGUAGES_CONFIG_PATH", catalogue.toString());
    values.put("VM_INITRAMFS_DIR", images.toString());
    values.put("VM_ROOT", form.root);
    values.put("VM_DRIVER", "qemu");
    values.put("BRIDGE_NAME", "bench0");
    settings = new Settings(name -> Optional.ofNullable(values.get(name)));
    VmSettings vms = VmSettings.from(settings);
    network = NetworkSettings.from(settings);
    driver =
        new DriverSelection(
                vms, VmIsolation.from(settings), network, FrameSettings.from(settings), readers)
            .choose();
    sessions =
        new VmSessions(
            () -> driver,
            BridgedNetwork.ofHost(network, List.of()),
            List::of,
            new GuestImages(vms, ImageSettings.from(settings), driver.hasDisks()),
            vms,
            new VmRegistry(Clock.systemUTC()),
            () -> QemuOrphans.end(network.bridge()));
    sessions.prepare();
  }

  /** What runs the guests, for people. */
  String driver() {
    return driver.reason();
  }

  Boot boot(String language) throws PlatformException, InterruptedException {
    Memory memory = new Memory();
    Limits limits = LimitSettings.from(settings).defaults();
    Execution execution =
        new Execution(
            UUID.randomUUID(),
            language,
            List.of(SourceFile.main(new byte[0])),
            new byte[0],
            List.of(),
            Map.of(),
            List.of(),
            limits,
            network.policy(),
            1);
    try (GuestSession session =
        sessions.open(
            execution, Optional.of(network.range().guest(guests++ % network.range().guests())))) {
      session.run(memory);
      return new Boot(
          memory.ready.toNanos() / 1e6, memory.usedMib(), session.receipt().memoryMib());
    }
  }

  @Override
  public void close() {
    driver.driver().ifPresent(VmDriver::close);
    readers.shutdown();
  }

  /** Reads what the program in the guest says. */
  private static final class Memory implements ExecutionListener {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private Duration ready = Duration.ZERO;

    @Override
    public void agentReady(Duration after) {
      ready = after;
    }

    @Override
    public void phase(ExecutionPhase phase) {
      // The one that there is.
    }

    @Override
    public void output(OutputStreamName stream, byte[] bytes) {
      output.writeBytes(bytes);
    }

    double usedMib() {
      String said = output.toString(StandardCharsets.UTF_8);
      Map<String, Double> kib = new HashMap<>();
      for (Matcher line = MEMORY.matcher(said); line.find(); ) {
        kib.put(line.group(1), Double.valueOf(line.group(2)));
      }
      if (kib.size() != 2) {
        throw new IllegalStateException("The guest did not tell its memory, but: " + said);
      }
      return (kib.get("MemTotal") - kib.get("MemAvailable")) / KIB_PER_MIB;
    }
  }
}
