package dev.cloude.bench.boot;

import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
import dev.cloude.vmm.net.MacAddress;
import dev.cloude.vmm.net.TapDevice;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * From the start to the agent's first answer, ours, ours made ahead of its start, and QEMU's
 * microvm in turn: same kernel, image, words, memory and TAP device, the answer looked for in the
 * same way.
 */
public final class BootBenchmark {
  private static final int ROUNDS = 10;
  private static final double TOTAL_RATIO = 0.9;
  private static final double GUEST_RATIO = 1.0;
  private static final double WORK_MILLIS = 30;

  private static final String BRIDGE = "cloudebench0";
  private static final String TAP = "cloudebtap0";

  private final Booter ours;
  private final Booter ahead;
  private final Booter peer;
  private final PrintStream progress;

  /**
   * @param ahead ours with the VM made before its start
   */
  BootBenchmark(Booter ours, Booter ahead, Booter peer, PrintStream progress) {
    this.ours = ours;
    this.ahead = ahead;
    this.peer = peer;
    this.progress = progress;
  }

  /**
   * Makes a bridge and a TAP device, and takes them away again: to be run as root, and not in the
   * host's own network.
   *
   * @param qemu the program
   */
  public static List<Metric> run(BootInputs inputs, Path qemu, PrintStream progress) {
    Inet4Address host = address("10.99.8.1");
    Inet4Address address = address("10.99.8.2");
    MacAddress mac = MacAddress.forAddress(address);
    BootBenchmark benchmark =
        new BootBenchmark(new OurVmm(false), new OurVmm(true), new QemuMicrovm(qemu), progress);
    Bridge.ensure(BRIDGE, host, Guest.PREFIX);
    try {
      TapDevice.createPersistent(TAP);
      BridgePort.attach(BRIDGE, TAP, mac, address);
      List<Metric> metrics = new ArrayList<>();
      for (Guest guest : inputs.guests(TAP, host, address)) {
        metrics.addAll(benchmark.measure(guest));
      }
      List<Double> jvm = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        jvm.add(JvmStart.millis());
      }
      metrics.add(Metric.lower("once for a server: start of a JVM", "ms", jvm));
      return metrics;
    } finally {
      TapDevice.delete(TAP);
      Bridge.delete(BRIDGE);
    }
  }

  List<Metric> measure(Guest guest) {
    progress.println(guest.name() + ": warming up, one boot each");
    ours.boot(guest);
    ahead.boot(guest);
    peer.boot(guest);
    List<Boot> our = new ArrayList<>();
    List<Boot> made = new ArrayList<>();
    List<Boot> their = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      our.add(ours.boot(guest));
      made.add(ahead.boot(guest));
      their.add(peer.boot(guest));
      progress.printf(
          "%s: round %d of %d: %.0f ms, made ahead %.0f ms, QEMU %.0f ms%n",
          guest.name(),
          i + 1,
          ROUNDS,
          our.get(i).totalMillis(),
          made.get(i).totalMillis(),
          their.get(i).totalMillis());
    }
    return Stream.of(
            both("start to agent ready", our, their, Boot::totalMillis),
            ratio("start to agent ready, of QEMU's", our, their, Boot::totalMillis)
                .withTarget(TOTAL_RATIO),
            both("start of the process", our, their, Boot::processMillis),
            both("then to the first instruction", our, their, Boot::firstInstructionMillis),
            Metric.lower("of it: VM and devices", "ms", Statistics.each(our, Boot::createdMillis)),
            Metric.lower("of it: kernel and image", "ms", Statistics.each(our, Boot::loadedMillis)),
            Metric.lower(
                "first instruction to user space",
                "ms",
                Statistics.each(our, Boot::userSpaceMillis)),
            both("first instruction to agent ready", our, their, Boot::agentReadyMillis),
            ratio("first instruction to agent ready, of QEMU's", our, their, Boot::agentReadyMillis)
                .withTarget(GUEST_RATIO),
            both("made ahead: start to agent ready", made, their, Boot::totalMillis),
            ratio("made ahead: start to agent ready, of QEMU's", made, their, Boot::totalMillis)
                .withTarget(TOTAL_RATIO),
            both(
                    "made ahead: start to the first instruction",
                    made,
                    their,
                    Boot::firstInstructionMillis)
                .withTarget(WORK_MILLIS),
            Metric.lower("serial bytes", "bytes", Statistics.each(our, b -> b.consoleBytes()))
                .withTarget(0))
        .map(metric -> metric.prefixed(guest.name()))
        .toList();
  }

  private static Metric both(
      String name, List<Boot> our, List<Boot> their, ToDoubleFunction<Boot> part) {
    return Metric.lower(name, "ms", Statistics.each(our, part))
        .withPeer(Statistics.median(Statistics.each(their, part)));
  }

  private static Metric ratio(
      String name, List<Boot> our, List<Boot> their, ToDoubleFunction<Boot> part) {
    return Metric.lower(name, "", Statistics.ratios(our, their, part));
  }

  private static Inet4Address address(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
