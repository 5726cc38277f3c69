package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
import dev.cloude.vmm.net.MacAddress;
import dev.cloude.vmm.net.TapDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** One VM with Debian's kernel at a time. Its console stays behind, and nothing else. */
abstract class LinuxFixture {
  static final Duration LIMIT = Duration.ofSeconds(180);
  static final String NAME = "linux";
  static final Inet4Address HOST = address("10.99.7.1");
  static final Inet4Address GUEST = address("10.99.7.2");
  static final MacAddress MAC = MacAddress.forAddress(GUEST);

  private static final String BRIDGE = "cloudetest0";
  private static final String TAP = "cloudetap0";

  /** What is done while the guest's network is there. */
  interface Body {
    void run(TapAttachment tap) throws Exception;
  }

  @TempDir Path folder;
  MicroVm vm;
  private Footprint before;
  private String test;

  @BeforeEach
  void measure(TestInfo info) {
    test = info.getDisplayName().replaceAll("[^A-Za-z0-9]", "");
    before = Footprint.now();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (vm != null) {
      vm.close();
      String out = System.getProperty("cloude.test.out");
      if (out != null) {
        Files.createDirectories(Path.of(out));
        Files.write(Path.of(out, "console-" + test + ".log"), vm.consoleTail());
      }
    }
    before.assertRestored(NAME);
  }

  final MicroVm start(String words, MicroVmConfig.Builder config) {
    return vm = MicroVm.start(config.commandLine(LinuxGuest.COMMAND_LINE + words).build());
  }

  final MicroVmConfig.Builder config(boolean modules, byte[] data) throws IOException {
    return MicroVmConfig.builder(LinuxGuest.kernel())
        .name(NAME)
        .initrd(LinuxGuest.initramfs(folder, modules, data))
        .deadline(LIMIT)
        .memoryBytes(256 << 20);
  }

  final VmExit exit() throws Exception {
    return vm.exit().get(LIMIT.toSeconds() + 60, TimeUnit.SECONDS);
  }

  /** Waits until the guest has given this answer, or has ended. */
  final void awaitAnswer(String name, String value) {
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> LinuxGuest.answer(vm, name).equals(value) || vm.exit().isDone());
    assertThat(LinuxGuest.answer(vm, name)).isEqualTo(value);
  }

  /** Runs {@code body} while there is a bridge with the host's address and a TAP for the guest. */
  static void onNetwork(Body body) throws Exception {
    Bridge.ensure(BRIDGE, HOST, 24);
    TapDevice.createPersistent(TAP);
    try {
      BridgePort.attach(BRIDGE, TAP, MAC, GUEST);
      body.run(new TapAttachment(TAP, MAC));
    } finally {
      TapDevice.delete(TAP);
      Bridge.delete(BRIDGE);
    }
  }

  /**
   * Sends {@code data} to the first who calls, and returns what the second sends.
   *
   * @param halfway done when half of it has been sent
   */
  static byte[] exchange(ServerSocket server, byte[] data, Runnable halfway) {
    try (Socket there = server.accept();
        OutputStream out = there.getOutputStream()) {
      out.write(data, 0, data.length / 2);
      halfway.run();
      out.write(data, data.length / 2, data.length - data.length / 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Socket back = server.accept();
        InputStream in = back.getInputStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // Figures for people; nothing is asserted on them.
  final void report() {
    System.out.println(test + " " + vm.phases() + " " + vm.counters());
    if (vm.phases().userSpace().isEmpty()) {
      System.out.println(new String(vm.consoleTail(), StandardCharsets.UTF_8));
    }
  }

  private static Inet4Address address(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
