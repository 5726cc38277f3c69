package dev.cloude.bench.net;

import dev.cloude.bench.report.Metric;
import dev.cloude.bench.report.Statistics;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
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
 * Streams each way and the way of a datagram there and back: ours with its own path for frames and
 * with the host's kernel, and QEMU's microvm with the host's kernel. The three guests run at the
 * same time and are measured in turn; the two others are idle meanwhile.
 */
public final class NetBenchmark {
  private static final int ROUNDS = 10;
  private static final long LEAST_BYTES = 4L << 20;
  private static final long MOST_BYTES = 1L << 30;
  private static final double VHOST_RATIO = 0.95;
  private static final double USER_RATIO = 0.6;

  private static final String BRIDGE = "cloudebench0";
  private static final String TAP = "cloudebtap";
  private static final String NETWORK = "10.99.8.";

  private final Meter user;
  private final Meter vhost;
  private final Meter peer;
  private final PrintStream progress;

  /**
   * @param user ours with its own path
   * @param vhost ours with the host's kernel
   * @param peer QEMU's with the host's kernel
   */
  NetBenchmark(Meter user, Meter vhost, Meter peer, PrintStream progress) {
    this.user = user;
    this.vhost = vhost;
    this.peer = peer;
    this.progress = progress;
  }

  /**
   * Makes a bridge and TAP devices, and takes them away again: to be run as root, and not in the
   * host's own network.
   *
   * @param image an initramfs with agent/cmd/net-probe as its init
   * @param qemu the program
   */
  public static List<Metric> run(Path kernel, Path image, Path qemu, PrintStream progress) {
    Inet4Address host = address(1);
    List<Monitor> monitors =
        List.of(Monitors.ours(Vhost.OFF), Monitors.ours(Vhost.ON), Monitors.qemu(qemu));
    List<Monitor.Running> running = new ArrayList<>();
    List<Probe> probes = new ArrayList<>();
    Bridge.ensure(BRIDGE, host, NetGuest.PREFIX);
    try {
      for (int i = 0; i < monitors.size(); i++) {
        NetGuest guest = new NetGuest(kernel, image, TAP + i, host, address(2 + i));
        TapDevice.createPersistent(guest.tap());
        BridgePort.attach(BRIDGE, guest.tap(), guest.mac(), guest.address());
        running.add(monitors.get(i).start(guest));
        probes.add(new Probe(guest.address()));
        probes.get(i).awaitAnswer(running.get(i));
      }
      return new NetBenchmark(probes.get(0), probes.get(1), probes.get(2), progress).measure();
    } finally {
      running.forEach(Monitor.Running::close);
      for (int i = 0; i < monitors.size(); i++) {
        TapDevice.delete(TAP + i);
      }
      Bridge.delete(BRIDGE);
    }
  }

  List<Metric> measure() {
    progress.println("warming up, once each");
    long bytes =
        streamBytes(Stream.of(user, vhost, peer).map(m -> m.measure(LEAST_BYTES)).toList());
    progress.printf("streams of %d MiB%n", bytes >> 20);
    List<Sample> own = new ArrayList<>();
    List<Sample> kernel = new ArrayList<>();
    List<Sample> their = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      own.add(user.measure(bytes));
      kernel.add(vhost.measure(bytes));
      their.add(peer.measure(bytes));
      progress.printf(
          "round %d of %d: own path %s; vhost %s; QEMU %s%n",
          i + 1, ROUNDS, told(own.get(i)), told(kernel.get(i)), told(their.get(i)));
    }
    List<Metric> metrics = new ArrayList<>();
    metrics.addAll(against("own path", own, their, USER_RATIO));
    metrics.addAll(against("vhost", kernel, their, VHOST_RATIO));
    return metrics;
  }

  // The same for all, and so many that the slowest takes about a second.
  static long streamBytes(List<Sample> samples) {
    double slowest =
        samples.stream().mapToDouble(s -> Math.min(s.toGuest(), s.toHost())).min().orElseThrow();
    long bytes = LEAST_BYTES;
    while (bytes < slowest && bytes < MOST_BYTES) {
      bytes *= 2;
    }
    return bytes;
  }

  private static List<Metric> against(
      String name, List<Sample> our, List<Sample> their, double target) {
    return Stream.of(
            more("stream to the guest", our, their, Sample::toGuestMib),
            ratio("stream to the guest", our, their, Sample::toGuest).withTarget(target),
            more("stream to the host", our, their, Sample::toHostMib),
            ratio("stream to the host", our, their, Sample::toHost).withTarget(target),
            Metric.lower("datagram there and back", "µs", Statistics.each(our, Sample::pingMicros))
                .withPeer(Statistics.median(Statistics.each(their, Sample::pingMicros))),
            Metric.lower(
                "datagram there and back, of QEMU's",
                "",
                Statistics.ratios(our, their, Sample::ping)))
        .map(metric -> metric.prefixed(name))
        .toList();
  }

  private static Metric more(
      String name, List<Sample> our, List<Sample> their, ToDoubleFunction<Sample> part) {
    return Metric.higher(name, "MiB/s", Statistics.each(our, part))
        .withPeer(Statistics.median(Statistics.each(their, part)));
  }

  private static Metric ratio(
      String name, List<Sample> our, List<Sample> their, ToDoubleFunction<Sample> part) {
    return Metric.higher(name + ", of QEMU's", "", Statistics.ratios(our, their, part));
  }

  private static String told(Sample sample) {
    return String.format(
        "%.0f and %.0f MiB/s, %.0f µs",
        sample.toGuestMib(), sample.toHostMib(), sample.pingMicros());
  }

  private static Inet4Address address(int last) {
    try {
      return (Inet4Address) InetAddress.getByName(NETWORK + last);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
