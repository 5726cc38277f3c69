package dev.cloude.runtime.node;

import dev.cloude.runtime.config.FrameSettings;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NameServerSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmIsolation;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.qemu.QemuOrphans;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.runtime.network.BridgedNetwork;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmSessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A node without a server, on this host's own kernel: real bridge, real VMs. Wants root, a network
 * namespace of its own, and the system properties {@code cloude.test.kernel} (vmlinuz) and {@code
 * cloude.test.images} (folder with the Python image); {@code cloude.test.driver} names the driver,
 * {@code cloude.test.isolation} what keeps its VMs apart, {@code cloude.test.channel} how their
 * agents are reached, {@code cloude.test.root} where they have their root file system, {@code
 * cloude.test.prepared} how many are made ahead.
 */
final class Guests implements AutoCloseable {
  private static final String CATALOGUE =
      """
      {
        "python": {
          "version": "3.11",
          "packages": ["python3-minimal"],
          "file": "main.py",
          "run": ["/usr/bin/python3", "main.py"]
        },
        "root": {
          "image": "python",
          "file": "main.py",
          "run": ["/usr/bin/python3", "main.py"],
          "root": true
        },
        "checked": {
          "image": "python",
          "file": "main.py",
          "compile": ["/usr/bin/python3", "-m", "py_compile", "main.py"],
          "run": ["/usr/bin/python3", "main.py"]
        }
      }
      """;

  final NetworkSettings network;
  final Limits limits;
  final VmRegistry registry = new VmRegistry(Clock.systemUTC());
  final GuestSessions sessions;
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final VmIsolation isolation;
  private final DriverChoice driver;
  private final Path folder;
  private long nextGuest;

  Guests(Map<String, String> extra) throws IOException, PlatformException {
    this(extra, "");
  }

  /**
   * @param bootWords for the kernel's command line, behind all others
   */
  Guests(Map<String, String> extra, String bootWords) throws IOException, PlatformException {
    folder = Files.createTempDirectory("guests");
    Map<String, String> values = new HashMap<>();
    values.put("BRIDGE_NAME", "guests0");
    values.put("IP_RANGE", "10.77.0.0");
    values.put("VM_DRIVER", System.getProperty("cloude.test.driver", "qemu"));
    values.put("VM_CHANNEL", System.getProperty("cloude.test.channel", "auto"));
    values.put("VM_ROOT", System.getProperty("cloude.test.root", "auto"));
    values.put("VM_ISOLATION", System.getProperty("cloude.test.isolation", "thread"));
    // So that every process is a VM's, and nothing but the guest wants the processor.
    values.put("VM_PRESTARTED", "0");
    values.put("VM_PREPARED", System.getProperty("cloude.test.prepared", "0"));
    values.put("VM_DNS", "none");
    values.put("VM_KERNEL_PATH", required("cloude.test.kernel"));
    values.put("VM_INITRAMFS_DIR", required("cloude.test.images"));
    values.put(
        "LANGUAGES_CONFIG_PATH",
        Files.writeString(folder.resolve("languages.json"), CATALOGUE).toString());
    // Also where the processor that runs them is emulated itself.
    values.put("VM_READY_TIMEOUT_SECS", "180");
    values.putAll(extra);
    Settings settings = new Settings(name -> Optional.ofNullable(values.get(name)));
    VmSettings vms = VmSettings.from(settings);
    network = NetworkSettings.from(settings);
    limits = LimitSettings.from(settings).defaults();
    isolation = VmIsolation.from(settings);
    driver =
        new DriverSelection(vms, isolation, network, FrameSettings.from(settings), readers)
            .choose();
    NameServerSettings nameServers = NameServerSettings.from(settings);
    DriverChoice booting = bootWords.isEmpty() ? driver : BootWords.added(driver, bootWords);
    sessions =
        new VmSessions(
            () -> booting,
            BridgedNetwork.ofHost(network, nameServers.listed()),
            nameServers::listed,
            new GuestImages(vms, ImageSettings.from(settings), driver.hasDisks()),
            vms,
            registry,
            () -> QemuOrphans.end(network.bridge()));
    sessions.prepare();
  }

  /** Starts a VM with an address that no other has, if it needs one. */
  GuestSession open(String language, String program)
      throws PlatformException, InterruptedException {
    long guest;
    synchronized (this) {
      guest = nextGuest++ % network.range().guests();
    }
    return sessions.open(
        new Execution(
            UUID.randomUUID(),
            language,
            List.of(SourceFile.main(program.getBytes(StandardCharsets.UTF_8))),
            new byte[0],
            List.of(),
            Map.of(),
            List.of(),
            limits,
            network.policy(),
            1),
        Optional.of(network.range().guest(guest)));
  }

  /** A run that is over. */
  record Run(ExecutionResult result, RecordedOutput output) {
    int exitCode() {
      return result.program().or(result::compile).orElseThrow().exitCode();
    }

    byte[] stdout() {
      return output.bytes(OutputStreamName.STDOUT);
    }

    byte[] stderr() {
      return output.bytes(OutputStreamName.STDERR);
    }
  }

  /** Runs a program in a VM of its own. */
  Run run(String language, String program) throws PlatformException, InterruptedException {
    RecordedOutput output = new RecordedOutput();
    try (GuestSession session = open(language, program)) {
      return new Run(session.run(output), output);
    }
  }

  /** How many VMs were made ahead and wait for a program. */
  int prepared() {
    return driver.driver().orElseThrow().prepared().orElse(0);
  }

  /** How many of this process's children wait with a VM for a guest. */
  int waitingProcesses() {
    return isolation.mode() == VmIsolation.Mode.PROCESS ? prepared() : 0;
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException("the system property " + property + " is not set");
    }
    return value;
  }

  @Override
  public void close() throws Exception {
    driver.driver().ifPresent(VmDriver::close);
    readers.shutdown();
    if (!readers.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a task still reads a VM that is gone");
    }
    Files.delete(folder.resolve("languages.json"));
    Files.delete(folder);
  }
}
