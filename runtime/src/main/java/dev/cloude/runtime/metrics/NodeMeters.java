package dev.cloude.runtime.metrics;

import dev.cloude.runtime.network.NodeNetwork;
import dev.cloude.runtime.session.VmRegistry;
import dev.cloude.runtime.session.VmState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the node knows about itself, looked at when somebody asks: VMs by state, and what is there
 * beyond what its VMs need. A leak that stays above 0 for longer than a VM takes to end is one.
 */
public final class NodeMeters {
  /** A VM's threads carry the beginning of its execution's id. */
  private static final Pattern VM_THREAD = Pattern.compile("vm-([0-9a-f]{8})-(vcpu-\\d+|devices)");

  private static final int EXECUTION_CHARS = 8;

  private final VmRegistry registry;
  private final NodeNetwork network;

  private final IntSupplier prepared;

  private NodeMeters(VmRegistry registry, NodeNetwork network, IntSupplier prepared) {
    this.registry = registry;
    this.network = network;
    this.prepared = prepared;
  }

  /**
   * Registers everything.
   *
   * @param prepared how many VMs wait for a job
   */
  public static void register(
      MeterRegistry meters, VmRegistry registry, NodeNetwork network, IntSupplier prepared) {
    NodeMeters node = new NodeMeters(registry, network, prepared);
    gauge(meters, "cloude.vms", "state", "prepared", "VMs of this node.", prepared::getAsInt);
    for (VmState state : VmState.values()) {
      if (state != VmState.GONE) {
        gauge(
            meters,
            "cloude.vms",
            "state",
            state.name().toLowerCase(Locale.ROOT),
            "VMs of this node.",
            () -> registry.counts().get(state));
      }
    }
    Gauge.builder("cloude.prepared.taps", network::preparedDevices)
        .description("TAP devices that wait for a job.")
        .strongReference(true)
        .register(meters);
    String leaked = "What is there beyond what runs.";
    gauge(meters, "cloude.leaked", "kind", "tap", leaked, node::leakedDevices);
    gauge(meters, "cloude.leaked", "kind", "vm_thread", leaked, node::leakedThreads);
    gauge(meters, "cloude.leaked", "kind", "descriptor", leaked, node::leakedDescriptors);
    Gauge.builder("cloude.open.descriptors", VmDescriptors::all)
        .description("Open descriptors of this server.")
        .strongReference(true)
        .register(meters);
  }

  private static void gauge(
      MeterRegistry meters,
      String name,
      String tag,
      String value,
      String description,
      Supplier<Number> count) {
    Gauge.builder(name, count)
        .tag(tag, value)
        .description(description)
        .strongReference(true)
        .register(meters);
  }

  private int leakedDevices() {
    // In this order: what begins meanwhile, or passes from those that wait to a VM, is no leak.
    int devices = network.devices();
    int waiting = network.preparedDevices();
    return Math.max(0, devices - waiting - registry.names().size());
  }

  private int leakedThreads() {
    Set<String> live =
        registry.names().stream()
            .map(name -> name.substring(0, Math.min(EXECUTION_CHARS, name.length())))
            .collect(Collectors.toSet());
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .map(thread -> VM_THREAD.matcher(thread.getName()))
            .filter(Matcher::matches)
            .filter(name -> !live.contains(name.group(1)))
            .count();
  }

  private int leakedDescriptors() {
    // In this order: what begins meanwhile is no leak.
    Map<String, Integer> open = VmDescriptors.byKind();
    return VmDescriptors.beyond(open, registry.names().size(), prepared.getAsInt());
  }
}
