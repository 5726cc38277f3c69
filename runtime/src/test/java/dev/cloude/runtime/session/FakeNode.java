package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.network.GuestPort;
import dev.cloude.runtime.network.NodeNetwork;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A node whose network and driver only remember what was asked of them. */
final class FakeNode implements NodeNetwork, VmDriver {
  static final String CATALOGUE =
      """
      {
        "python": {
          "version": "3.11", "packages": ["python3"], "file": "main.py",
          "run": ["/usr/bin/python3", "main.py"], "env": {"A": "b"}
        },
        "c": {
          "version": "12", "memory_mib": 700, "packages": ["gcc"], "file": "main.c", "root": true,
          "compile": ["/usr/bin/gcc", "main.c"], "run": ["./a.out"]
        }
      }
      """;

  final List<String> done = new ArrayList<>();
  final VmRegistry registry = new VmRegistry(Clock.systemUTC());
  VmSettings vms;
  final GuestImages images;
  final Path folder;
  final CompletableFuture<VmExit> exited = new CompletableFuture<>();
  Optional<VmDriver> driver = Optional.of(this);

  /** Those of its guests; empty for a driver without. */
  Optional<Vsock> sockets = Optional.empty();

  int guestsReady;
  boolean attachFails;
  boolean startFails;
  boolean diesOnKill = true;
  boolean portStays;
  VmSpec started;
  List<Inet4Address> nameServers = List.of();

  FakeNode(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("vmlinuz"), "kernel");
    vms = vms(VmSettings.Channel.AUTO);
    Files.writeString(folder.resolve("python-3.11.cpio"), "image");
    Files.writeString(folder.resolve("python-3.11.cpio.meta"), "{\"fingerprint\": \"f00d\"}");
    Files.writeString(folder.resolve("languages.json"), CATALOGUE);
    images = images(ImageSettings.Root.AUTO, false);
  }

  VmSettings vms(VmSettings.Channel channel) {
    return vms(channel, Duration.ofSeconds(7));
  }

  VmSettings vms(Duration readyTimeout) {
    return vms(VmSettings.Channel.AUTO, readyTimeout);
  }

  private VmSettings vms(VmSettings.Channel channel, Duration readyTimeout) {
    return new VmSettings(
        VmSettings.Driver.QEMU,
        folder.resolve("vmlinuz"),
        256,
        1,
        4,
        Optional.of(readyTimeout),
        false,
        "qemu",
        Duration.ofSeconds(15),
        Optional.empty(),
        channel,
        0,
        1);
  }

  GuestImages images(ImageSettings.Root root, boolean disks) {
    return new GuestImages(
        vms,
        new ImageSettings(
            folder.resolve("languages.json"),
            folder,
            folder.resolve("agent"),
            Optional.empty(),
            root),
        disks);
  }

  VmSessions sessions(Ticker ticker, int agentPort) {
    return new VmSessions(
        () -> new DriverChoice(driver, "a reason"),
        this,
        () -> nameServers,
        images,
        vms,
        registry,
        () -> done.add("end orphans"),
        ticker,
        agentPort);
  }

  @Override
  public void close() {
    throw new AssertionError("neither is closed by a session");
  }

  @Override
  public void prepare() {
    done.add("prepare network");
  }

  @Override
  public int devices() {
    return 0;
  }

  @Override
  public GuestPort attach(UUID execution, GuestAddress address, NetworkPolicy policy)
      throws PlatformException {
    if (attachFails) {
      throw new PlatformException(Code.NETWORK_FAILED, "no TAP");
    }
    done.add("attach");
    return new GuestPort() {
      @Override
      public String device() {
        return "cl0";
      }

      @Override
      public String mac() {
        return "02:c1:7f:00:00:01";
      }

      @Override
      public void guestReady() {
        guestsReady++;
      }

      @Override
      public void close() {
        if (portStays) {
          throw new IllegalStateException("TAP device cl0 stays");
        }
        done.add("detach");
      }
    };
  }

  @Override
  public Status status() {
    return new Status(true, "up");
  }

  @Override
  public String description() {
    return "fake";
  }

  @Override
  public boolean emulated() {
    return true;
  }

  @Override
  public boolean hasSockets() {
    return sockets.isPresent();
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException {
    if (startFails) {
      throw new PlatformException(Code.VM_START_FAILED, "no VM");
    }
    done.add("start");
    started = spec;
    return new VmHandle() {
      @Override
      public CompletableFuture<VmExit> exited() {
        return exited.copy();
      }

      @Override
      public Vsock sockets() {
        return sockets.orElseThrow();
      }

      @Override
      public void requestStop() {
        throw new AssertionError("a VM is not asked");
      }

      @Override
      public void kill() {
        exited.complete(new VmExit(VmExit.Cause.STOPPED, ""));
      }

      @Override
      public void close() {
        if (!diesOnKill) {
          throw new IllegalStateException("VM thread stays");
        }
        kill();
        done.add("end");
      }
    };
  }
}
