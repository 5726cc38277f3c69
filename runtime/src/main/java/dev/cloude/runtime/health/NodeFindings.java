package dev.cloude.runtime.health;

import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Fact;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.network.NodeNetwork;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmState;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The state of each part of the node, in the words of the health checks. */
@Dependent
public class NodeFindings {
  /** The dispatcher reports every few seconds; one that stopped for so long will not come back. */
  private static final Duration DISPATCHER_DEAD_AFTER = Duration.ofMinutes(5);

  private final DriverChoice driver;
  private final GuestImages images;
  private final NodeNetwork network;
  private final VmRegistry registry;
  private final NodeStatus status;
  private final Clock clock;

  @Inject
  NodeFindings(
      DriverChoice driver,
      GuestImages images,
      NodeNetwork network,
      VmRegistry registry,
      NodeStatus status) {
    this(driver, images, network, registry, status, Clock.systemUTC());
  }

  NodeFindings(
      DriverChoice driver,
      GuestImages images,
      NodeNetwork network,
      VmRegistry registry,
      NodeStatus status,
      Clock clock) {
    this.driver = driver;
    this.images = images;
    this.network = network;
    this.registry = registry;
    this.status = status;
    this.clock = clock;
  }

  Finding driver() {
    return Finding.of("driver", driver.driver().isPresent(), driver.reason());
  }

  Finding kernel() {
    try {
      return Finding.of("kernel", true, images.kernel().toString());
    } catch (PlatformException e) {
      return Finding.of("kernel", false, e.getMessage());
    }
  }

  /** As {@link #images}, under the name of the start check: a server may list all checks. */
  Finding imagesBuilt() {
    Finding images = images();
    return new Finding("images-built", images.up(), images.data());
  }

  /**
   * Down only when no language can run at all: images are built while others are served, and one
   * whose new build failed is still what it was.
   */
  Finding images() {
    try {
      List<String> missing = images.missing();
      SortedMap<String, String> failures = images.failures();
      boolean some = missing.size() < images.count();
      if (missing.isEmpty() && failures.isEmpty()) {
        return Finding.of("images", true, "Every language has its image.");
      }
      Map<String, Object> data = new LinkedHashMap<>();
      data.put(
          "detail",
          missing.isEmpty()
              ? "Every language has its image, but not the newest."
              : "These languages have no image: " + String.join(", ", missing) + ".");
      failures.forEach((language, reason) -> data.put("failed_" + language, reason));
      return new Finding("images", some, data);
    } catch (PlatformException e) {
      return Finding.of("images", false, e.getMessage());
    }
  }

  Finding bridge() {
    NodeNetwork.Status now = network.status();
    return Finding.of("bridge", now.up(), now.detail());
  }

  /** What others found out, and since when it is so. */
  Finding reported(Subject subject) {
    Fact fact = status.fact(subject);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("detail", fact.detail());
    data.put("since", fact.since().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Finding(subject.name().toLowerCase(Locale.ROOT), fact.up(), data);
  }

  /** Only fails when a new start of the server would help. */
  Finding alive() {
    Fact dispatcher = status.fact(Subject.DISPATCHER);
    boolean dead =
        !dispatcher.at().equals(Instant.EPOCH)
            && dispatcher.at().plus(DISPATCHER_DEAD_AFTER).isBefore(clock.instant());
    return Finding.of(
        "server",
        !dead,
        dead ? "The dispatcher has not run since " + dispatcher.at() + "." : "The server runs.");
  }

  /**
   * VMs by state, what waits for a job, and the last agent's start; one that is stuck leaves this
   * check up.
   */
  Finding guests() {
    Map<String, Object> data = new LinkedHashMap<>();
    for (Map.Entry<VmState, Integer> entry : registry.counts().entrySet()) {
      data.put(entry.getKey().name().toLowerCase(Locale.ROOT), (long) entry.getValue());
    }
    driver
        .driver()
        .ifPresent(
            one -> {
              one.prestarted().ifPresent(count -> data.put("prestarted", (long) count));
              one.prepared().ifPresent(count -> data.put("prepared", (long) count));
            });
    data.put("prepared_taps", (long) network.preparedDevices());
    registry
        .lastReadiness()
        .ifPresentOrElse(
            last -> {
              data.put("agent_last", last.ready() ? "ready" : "not ready");
              data.put("agent_last_ms", last.after().toMillis());
              data.put("agent_last_at", last.at().toString());
            },
            () -> data.put("agent_last", "no VM was started yet"));
    return new Finding("guests", true, data);
  }
}
