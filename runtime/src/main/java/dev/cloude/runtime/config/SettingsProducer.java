package dev.cloude.runtime.config;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.Config;

/** Makes the settings injectable, and has all of them checked when the application starts. */
@ApplicationScoped
public class SettingsProducer {
  private static final Logger LOG = System.getLogger(SettingsProducer.class.getName());

  @Inject Config config;

  void checkAll(@Observes @Initialized(ApplicationScoped.class) Object started) {
    network();
    nameServers();
    vms();
    isolation();
    frames();
    images();
    limits();
    jobs();
    watch();
    settings()
        .text("IP_ALLOCATIONS_PATH")
        .ifPresent(
            path ->
                LOG.log(
                    Level.INFO,
                    "IP_ALLOCATIONS_PATH ({0}) is not used: address leases are in the database.",
                    path));
  }

  @Produces
  @Singleton
  public NetworkSettings network() {
    return NetworkSettings.from(settings());
  }

  @Produces
  @Singleton
  public NameServerSettings nameServers() {
    return NameServerSettings.from(settings());
  }

  @Produces
  @Singleton
  public VmSettings vms() {
    return VmSettings.from(settings());
  }

  @Produces
  @Singleton
  public VmIsolation isolation() {
    return VmIsolation.from(settings());
  }

  @Produces
  @Singleton
  public FrameSettings frames() {
    return FrameSettings.from(settings());
  }

  @Produces
  @Singleton
  public ImageSettings images() {
    return ImageSettings.from(settings());
  }

  @Produces
  @Singleton
  public LimitSettings limits() {
    return LimitSettings.from(settings());
  }

  @Produces
  @Singleton
  public JobSettings jobs() {
    return JobSettings.from(settings());
  }

  @Produces
  @Singleton
  public WatchSettings watch() {
    return WatchSettings.from(settings());
  }

  private Settings settings() {
    return Settings.of(config);
  }
}
