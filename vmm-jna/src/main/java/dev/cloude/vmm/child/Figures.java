package dev.cloude.vmm.child;

import dev.cloude.vmm.Counters;
import dev.cloude.vmm.Disk;
import dev.cloude.vmm.Phases;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a VM has measured and counted, as numbers by name. */
final class Figures {
  private Figures() {}

  static Map<String, Long> of(Phases phases) {
    Map<String, Long> figures = new TreeMap<>();
    put(figures, "nanos.created", phases.created());
    put(figures, "nanos.loaded", phases.loaded());
    put(figures, "nanos.first-instruction", phases.firstInstruction());
    put(figures, "nanos.user-space", phases.userSpace());
    put(figures, "nanos.agent-ready", phases.agentReady());
    return figures;
  }

  static Map<String, Long> of(Phases phases, Counters counters) {
    Map<String, Long> figures = of(phases);
    counters.exits().forEach((reason, count) -> figures.put("exits." + reason, count));
    figures.put("unclaimed.ports", counters.unclaimedPorts());
    figures.put("unclaimed.addresses", counters.unclaimedAddresses());
    figures.put("console.bytes", counters.consoleBytes());
    figures.put("console.dropped-bytes", counters.consoleDropped());
    figures.put("virtio.malformed", counters.malformedRequests());
    counters
        .traffic()
        .ifPresent(
            traffic -> {
              figures.put("net.received-bytes", traffic.receivedBytes());
              figures.put("net.sent-bytes", traffic.sentBytes());
              figures.put("net.dropped-frames", traffic.dropped());
              figures.put("net.vhost", traffic.vhost() ? 1L : 0L);
            });
    counters
        .sockets()
        .ifPresent(
            sockets -> {
              figures.put("sockets.accepted", sockets.accepted());
              figures.put("sockets.opened", sockets.opened());
              figures.put("sockets.refused", sockets.refused());
              figures.put("sockets.received-bytes", sockets.receivedBytes());
              figures.put("sockets.sent-bytes", sockets.sentBytes());
              figures.put("sockets.malformed", sockets.malformed());
            });
    for (int i = 0; i < counters.disks().size(); i++) {
      Disk disk = counters.disks().get(i);
      figures.put("disk." + i + ".bytes", disk.bytes());
      figures.put("disk." + i + ".requests", disk.requests());
      figures.put("disk." + i + ".refused", disk.refused());
    }
    return figures;
  }

  private static void put(Map<String, Long> figures, String name, Optional<Duration> time) {
    time.ifPresent(value -> figures.put(name, value.toNanos()));
  }
}
