package dev.cloude.runtime.node;

import dev.cloude.runtime.config.FrameSettings;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.NameServerSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.VmIsolation;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.qemu.QemuOrphans;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.NodeInventory;
import dev.cloude.runtime.metrics.JobMetrics;
import dev.cloude.runtime.metrics.NodeMeters;
import dev.cloude.runtime.network.BridgedNetwork;
import dev.cloude.runtime.network.NameServers;
import dev.cloude.runtime.network.NodeNetwork;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.PageCache;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmSessions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.OptionalInt;

/** The parts of a node as beans, each made when it is first used. */
@ApplicationScoped
public class NodeParts {
  /** Several languages' disks; little of a host's memory, which gives it back when it is short. */
  private static final long MOST_READ_AHEAD_BYTES = 1L << 30;

  /** So that the log says at the start what runs VMs, and no job or health check waits for it. */
  void findDriver(@Observes @Initialized(ApplicationScoped.class) Object started, DriverChoice it) {
    it.driver();
  }

  /**
   * Kernel and images into memory, behind the start's back: the first jobs read them from there.
   */
  void readFiles(
      @Observes @Initialized(ApplicationScoped.class) Object started,
      GuestImages images,
      GuestThreads background) {
    background.execute(() -> PageCache.read(images.files(), MOST_READ_AHEAD_BYTES));
  }

  @Produces
  @Singleton
  DriverChoice driver(
      VmSettings vms,
      VmIsolation isolation,
      NetworkSettings network,
      FrameSettings frames,
      GuestThreads background) {
    return new DriverSelection(vms, isolation, network, frames, background).choose();
  }

  /** With the server, or with the application when only that is taken away. */
  void endDriver(@Disposes DriverChoice choice) {
    choice.driver().ifPresent(VmDriver::close);
  }

  @Produces
  @Singleton
  NodeNetwork network(
      NetworkSettings settings, NameServerSettings nameServers, GuestThreads background) {
    return BridgedNetwork.ofHost(settings, nameServers.listed(), background);
  }

  void closeNetwork(@Disposes NodeNetwork network) {
    network.close();
  }

  @Produces
  @Singleton
  GuestImages images(VmSettings vms, ImageSettings settings, DriverChoice driver) {
    return new GuestImages(vms, settings, driver.hasDisks());
  }

  @Produces
  @Singleton
  VmRegistry registry() {
    return new VmRegistry(Clock.systemUTC());
  }

  @Produces
  @Singleton
  GuestSessions sessions(
      DriverChoice driver,
      NodeNetwork network,
      GuestImages images,
      VmSettings vms,
      NetworkSettings addresses,
      NameServerSettings asked,
      VmRegistry registry) {
    NameServers nameServers = NameServers.ofHost(asked);
    if (addresses.policy() == NetworkPolicy.NAT) {
      nameServers.report();
    }
    return new VmSessions(
        () -> driver,
        network,
        nameServers,
        images,
        vms,
        registry,
        () -> QemuOrphans.end(addresses.bridge()));
  }

  @Produces
  @Singleton
  NodeInventory inventory(DriverChoice driver, GuestImages images, VmRegistry registry) {
    return new HostInventory(driver, images, registry);
  }

  /** Everything that is measured; {@code /api/metrics} shows it. */
  @Produces
  @Singleton
  PrometheusMeterRegistry meters(VmRegistry registry, NodeNetwork network, DriverChoice driver) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    NodeMeters.register(
        meters,
        registry,
        network,
        () -> driver.driver().map(VmDriver::prepared).orElse(OptionalInt.empty()).orElse(0));
    return meters;
  }

  @Produces
  @Singleton
  JobMetrics jobMetrics(PrometheusMeterRegistry meters) {
    return new JobMetrics(meters);
  }
}
