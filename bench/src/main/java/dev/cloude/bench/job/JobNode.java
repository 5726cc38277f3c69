package dev.cloude.bench.job;

import dev.cloude.runtime.config.FrameSettings;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmIsolation;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.network.BridgedNetwork;
import dev.cloude.runtime.node.DriverSelection;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmSessions;
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

/** The parts of a server that run a job, with settings of their own. */
final class JobNode implements JobRunner, AutoCloseable {
  private static final String PROGRAM = "print('hello')";
  private static final String OUTPUT = "hello\n";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long PAUSE_MILLIS = 10;

  private final Settings settings;
  private final NetworkSettings network;
  private final boolean ahead;
  private final ExecutorService background = Executors.newCachedThreadPool();
  private final TimedDriver driver;
  private final GuestSessions sessions;

  /**
   * @param own settings that differ from the defaults, beside where things lie
   */
  JobNode(JobInputs inputs, Path kernel, Map<String, String> own) throws PlatformException {
    Map<String, String> values = new HashMap<>(own);
    values.put("VM_DRIVER", "kvm");
    values.put("VM_KERNEL_PATH", kernel.toString());
    values.put("VM_INITRAMFS_DIR", inputs.image().toAbsolutePath().getParent().toString());
    values.put("LANGUAGES_CONFIG_PATH", inputs.catalogue().toString());
    values.put("BRIDGE_NAME", "benchjob0");
    // Also where the processor is emulated.
    values.put("VM_READY_TIMEOUT_SECS", Long.toString(LIMIT.toSeconds()));
    settings = new Settings(name -> Optional.ofNullable(values.get(name)));
    VmSettings vms = VmSettings.from(settings);
    network = NetworkSettings.from(settings);
    ahead = vms.prepared() > 0;
    DriverChoice found =
        new DriverSelection(
                vms, VmIsolation.from(settings), network, FrameSettings.from(settings), background)
            .choose();
    driver = new TimedDriver(found.require());
    DriverChoice timed = new DriverChoice(Optional.of(driver), found.reason());
    sessions =
        new VmSessions(
            () -> timed,
            BridgedNetwork.ofHost(network, List.of()),
            List::of,
            new GuestImages(vms, ImageSettings.from(settings), driver.hasDisks()),
            vms,
            new VmRegistry(Clock.systemUTC()),
            () -> {});
    sessions.prepare();
  }

  @Override
  public JobTimes run() {
    try {
      return timed();
    } catch (PlatformException e) {
      throw new IllegalStateException("A job failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a job ran", e);
    }
  }

  private JobTimes timed() throws PlatformException, InterruptedException {
    JobClock clock = new JobClock();
    driver.tell(clock);
    GuestSession session = sessions.open(execution(), Optional.of(network.range().guest(0)));
    long ended;
    try (session) {
      session.run(clock);
      ended = System.nanoTime();
    }
    long gone = System.nanoTime();
    if (!clock.output().equals(OUTPUT)) {
      throw new IllegalStateException("A job printed " + clock.output() + " instead of " + OUTPUT);
    }
    awaitNext();
    return clock.times(ended, gone);
  }

  private Execution execution() {
    return new Execution(
        UUID.randomUUID(),
        "python",
        List.of(SourceFile.main(PROGRAM.getBytes(StandardCharsets.UTF_8))),
        new byte[0],
        List.of(),
        Map.of(),
        List.of(),
        LimitSettings.from(settings).defaults(),
        network.policy(),
        1);
  }

  // Jobs come apart: what is made behind one is there before the next.
  private void awaitNext() throws InterruptedException {
    long begin = System.nanoTime();
    while (ahead && driver.prepared().orElse(0) == 0) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new IllegalStateException(
            "No VM was made ahead within " + LIMIT.toSeconds() + " s of a job.");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  @Override
  public void close() {
    driver.close();
    background.shutdown();
  }
}
