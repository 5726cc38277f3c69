package dev.cloude.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.session.VmState;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What programs in real VMs reach, and what not. Uses the programs ip, nsenter and nft. */
@Tag("server")
@Timeout(600)
class TrafficOfGuestsTest {
  private static final String GATEWAY = "10.77.0.1";
  private static final int PORT = 9000;

  /** Says for each address in turn what came of a connection. */
  private static final String CONNECT =
      """
      import socket
      for address in '%s'.split():
          try:
              with socket.create_connection((address, %d), timeout=3) as s:
                  print(address, s.recv(100).decode())
          except OSError as e:
              print(address, type(e).__name__)
      """;

  /** ARP and IPv4 as another guest, in frames that say so and in frames that do not. */
  private static final String SPOOF =
      """
      import socket
      raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
      raw.bind(('eth0', 0))
      own = raw.getsockname()[4]
      other = bytes.fromhex('02c10a4d0063')
      every = b'\\xff' * 6
      address = bytes([10, 77, 0, 99])
      for mac in own, other:
          raw.send(every + mac + b'\\x08\\x06\\x00\\x01\\x08\\x00\\x06\\x04\\x00\\x02'
                   + mac + address + every + bytes([10, 77, 0, 1]))
          raw.send(every + mac + b'\\x08\\x00\\x45\\x00\\x00\\x1c' + bytes(4) + b'\\x40\\x11\\x00\\x00'
                   + address + bytes([10, 77, 0, 1]) + bytes(8))
      raw.send(every + own + b'\\x86\\xdd' + bytes(40))
      """;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void withoutANetworkNothingIsReached() throws Exception {
    listen();
    // The one that is called must not end before the other has called, however slow the host is.
    try (Guests guests = new Guests(Map.of("AGENT_EXEC_TIMEOUT_SECS", "300"));
        GuestSession other = guests.open("python", serving())) {
      CompletableFuture<ExecutionResult> serving = runLater(other);
      Awaitility.await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> guests.registry.counts().get(VmState.RUNNING) == 1);

      String reached =
          text(guests.run("python", CONNECT.formatted(GATEWAY + " 10.77.0.2 127.0.0.1", PORT)));

      assertThat(reached.lines())
          .noneMatch(line -> line.startsWith(GATEWAY + " 10."))
          .anyMatch(line -> line.matches(GATEWAY + " (TimeoutError|OSError)"))
          .noneMatch(line -> line.matches("10.77.0.2 \\d.*"));
      other.close();
      assertThat(serving).failsWithin(Duration.ofSeconds(30));
    }
  }

  @Test
  void aGuestCannotPassForAnother() throws Exception {
    // One that has a network.
    try (Guests guests = new Guests(Map.of("VM_NETWORK", "nat"))) {
      Guests.Run result = guests.run("root", SPOOF);

      assertThat(text(result)).isEmpty();
      assertThat(result.exitCode()).isZero();
      Matcher dropped =
          Pattern.compile("counter packets (\\d+)")
              .matcher(output("nft", "list", "chain", "bridge", "cloude_guests0", "from_guest"));
      assertThat(dropped.find()).isTrue();
      // Frames with a foreign hardware address may be dropped by the bridge port before.
      assertThat(Integer.parseInt(dropped.group(1))).isBetween(3, 10);
    }
  }

  @Test
  void withNatOnlyPublicAddressesAreReached() throws Exception {
    listen();
    makeOutside();
    try (Guests guests = new Guests(Map.of("VM_NETWORK", "nat"))) {
      String reached =
          text(
              guests.run(
                  "python",
                  CONNECT.formatted(GATEWAY + " 9.9.9.9 172.20.0.1 169.254.169.254", PORT)));

      assertThat(reached.lines())
          .contains("9.9.9.9 192.168.66.1")
          .anyMatch(line -> line.startsWith(GATEWAY + " TimeoutError"))
          .anyMatch(line -> line.startsWith("172.20.0.1 TimeoutError"))
          .noneMatch(line -> line.matches("(10|172|169)\\.\\S+ \\d.*"));
    } finally {
      output("ip", "link", "delete", "up0");
    }
  }

  @Test
  void withNatNamesAreResolvedByTheServerThatTheGuestIsTold() throws Exception {
    String pid = makeOutside();
    start(java(NameServer.class, List.of("172.20.0.1", "9.9.9.9"), "nsenter", "-t", pid, "-n"));
    try (Guests guests = new Guests(Map.of("VM_NETWORK", "nat", "VM_DNS", "172.20.0.1"))) {
      String reached = text(guests.run("python", CONNECT.formatted("a.test 172.20.0.1", PORT)));

      assertThat(reached.lines())
          .contains("a.test 192.168.66.1")
          // Of a private address, port 53 alone is open.
          .anyMatch(line -> line.startsWith("172.20.0.1 TimeoutError"));
    } finally {
      output("ip", "link", "delete", "up0");
    }
  }

  /**
   * A network namespace behind this one, with a public and a private address; the id of a process
   * in it.
   */
  private String makeOutside() throws Exception {
    Process holder = start("unshare", "--net", "sh", "-c", "echo ready; exec sleep 1000");
    String pid = Long.toString(holder.pid());
    for (String command :
        new String[] {
          "ip link add up0 type veth peer name in0 netns " + pid,
          "ip address add 192.168.66.1/24 dev up0",
          "ip link set up0 up",
          "ip route add default via 192.168.66.2",
          "nsenter -t PID -n ip link set lo up",
          "nsenter -t PID -n ip address add 192.168.66.2/24 dev in0",
          "nsenter -t PID -n ip address add 9.9.9.9/32 dev lo",
          "nsenter -t PID -n ip address add 172.20.0.1/32 dev lo",
          "nsenter -t PID -n ip address add 169.254.169.254/32 dev lo",
          "nsenter -t PID -n ip link set in0 up",
        }) {
      output(command.replace("PID", pid).split(" "));
    }
    listen("nsenter", "-t", pid, "-n");
    return pid;
  }

  private void listen(String... prefix) throws IOException {
    start(java(Listener.class, List.of(Integer.toString(PORT)), prefix));
  }

  private static String[] java(Class<?> main, List<String> arguments, String... prefix) {
    List<String> command = new ArrayList<>(Arrays.asList(prefix));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path")
                + File.pathSeparator
                + main.getProtectionDomain().getCodeSource().getLocation().getPath(),
            main.getName()));
    command.addAll(arguments);
    return command.toArray(String[]::new);
  }

  /** Starts a process and waits for its first line. */
  private Process start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    processes.add(process);
    assertThat(process.inputReader().readLine()).isIn("ready", "listening");
    return process;
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", Arrays.toString(command), output).isZero();
    return output;
  }

  private static String serving() {
    return "import socket\ns = socket.create_server(('', %d))\nwhile True: s.accept()[0].send(b'1')"
        .formatted(PORT);
  }

  private static CompletableFuture<ExecutionResult> runLater(GuestSession session) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return session.run(new RecordedOutput());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static String text(Guests.Run result) {
    return new String(result.stdout(), StandardCharsets.UTF_8)
        + new String(result.stderr(), StandardCharsets.UTF_8);
  }
}
