package dev.cloude.vmm.net;

import static dev.cloude.vmm.net.NetworkNamespace.inNew;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.net.FilterTable.Family;
import dev.cloude.vmm.net.NetException.Code;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kvm")
class BridgeTest {
  private static final Inet4Address GATEWAY = ip("10.77.0.1");
  private static final Inet4Address GUEST = ip("10.77.0.2");
  private static final MacAddress MAC = MacAddress.forAddress(GUEST);

  @Test
  void isMadeOnceHoweverOftenItIsAskedFor() throws Exception {
    inNew(
        () -> {
          assertThat(Bridge.isUp("br-test")).isFalse();
          for (int i = 0; i < 3; i++) {
            Bridge.ensure("br-test", GATEWAY, 24);
          }
          assertThat(Bridge.isUp("br-test")).isTrue();
          String shown = show("ip", "-d", "addr", "show", "dev", "br-test");
          assertThat(shown)
              .contains("inet 10.77.0.1/24")
              .contains("link/ether 02:c1:0a:4d:00:01")
              .doesNotContain("inet6");
          assertThat(shown.split("inet ", -1)).hasSize(2);
          assertThat(Bridge.delete("br-test")).isTrue();
          assertThat(Bridge.delete("br-test")).isFalse();
        });
  }

  @Test
  void isMadeByManyAtOnce() throws Exception {
    inNew(
        () -> {
          List<Thread> threads = new ArrayList<>();
          AtomicReference<Throwable> failure = new AtomicReference<>();
          for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> Bridge.ensure("br-test", GATEWAY, 24));
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
            threads.add(thread);
          }
          for (Thread thread : threads) {
            thread.join();
          }
          assertThat(failure).hasValue(null);
          assertThat(Bridge.isUp("br-test")).isTrue();
        });
  }

  @Test
  void saysWhoHasItsAddressAlready() throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-one", GATEWAY, 24);
          refused(
              Code.ADDRESS_CLASH,
              () -> Bridge.ensure("br-two", ip("10.77.0.200"), 25),
              "br-two",
              "10.77.0.200/25",
              "br-one has 10.77.0.1/24",
              "Choose a network");
          refused(
              Code.ADDRESS_CLASH,
              () -> Bridge.ensure("br-one", GATEWAY, 16),
              "br-one has 10.77.0.1/24");
          assertThat(show("ip", "link")).doesNotContain("br-two");
          Bridge.ensure("br-two", ip("10.78.0.1"), 24);
        });
  }

  @Test
  void saysWhenTheNameIsThatOfSomethingElse() throws Exception {
    inNew(
        () -> {
          TapDevice.createPersistent("ct-0");
          refused(
              Code.NAME_TAKEN,
              () -> Bridge.ensure("ct-0", GATEWAY, 24),
              "ct-0 exists and is no bridge but of kind tun");
          refused(Code.NAME_TAKEN, () -> Bridge.delete("lo"), "lo exists and is no bridge;");
          refused(Code.NAME_TAKEN, () -> TapDevice.delete("lo"), "lo exists and is no TAP");
          refused(Code.NAME_TAKEN, () -> TapDevice.open("lo"), "lo exists and is no TAP");
        });
  }

  @Test
  void tapDevicesComeAndGo() throws Exception {
    inNew(
        () -> {
          TapDevice.createPersistent("ct-0");
          refused(Code.NAME_TAKEN, () -> TapDevice.createPersistent("ct-0"), "ct-0", "exists");
          refused(Code.NAME_TAKEN, () -> TapDevice.createPersistent("lo"), "lo", "exists");
          assertThat(TapDevice.list("ct-")).containsExactly("ct-0");
          TapDevice first = TapDevice.open("ct-0");
          refused(Code.BUSY, () -> TapDevice.open("ct-0"), "ct-0", "give each VM its own");
          first.close();
          first.close();
          try (TapDevice again = TapDevice.open("ct-0")) {
            assertThat(again.name()).isEqualTo("ct-0");
            assertThat(TapDevice.delete("ct-0")).as("also while it is open").isTrue();
          }
          assertThat(TapDevice.delete("ct-0")).isFalse();
          refused(Code.NO_SUCH_INTERFACE, () -> TapDevice.open("ct-0"), "no interface ct-0");
          assertThat(TapDevice.list("")).isEmpty();
        });
  }

  @Test
  void aTapInUseIsOpenedOnceItIsFree() throws Exception {
    inNew(
        () -> {
          TapDevice.createPersistent("ct-0");
          TapDevice holder = TapDevice.open("ct-0");
          AtomicReference<TapDevice> opened = new AtomicReference<>();
          Thread waiting = new Thread(() -> opened.set(TapDevice.open("ct-0")));
          waiting.start();
          holder.close();
          waiting.join();
          assertThat(opened.get()).isNotNull();
          opened.get().close();
        });
  }

  @Test
  void aGuestsPortIsOnlyItsOwn() throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-test", GATEWAY, 24);
          TapDevice.createPersistent("ct-0");
          BridgePort.attach("br-test", "ct-0", MAC, GUEST);
          // A second time, after a crash say, changes nothing.
          BridgePort.attach("br-test", "ct-0", MAC, GUEST);
          assertThat(show("ip", "-d", "link", "show", "dev", "ct-0"))
              .contains("master br-test")
              .contains("isolated on")
              .contains("learning off")
              .contains(" flood off")
              .contains("locked on")
              .contains("addrgenmode none")
              .containsPattern("<[^>]*\\bUP\\b");
          assertThat(show("bridge", "fdb", "show", "br", "br-test"))
              .contains(MAC + " dev ct-0 master br-test static");
          assertThat(show("ip", "neigh", "show", "dev", "br-test"))
              .contains("10.77.0.2 lladdr " + MAC + " PERMANENT");
          assertThat(show("ip", "link", "show", "dev", "br-test"))
              .as("the bridge keeps its address")
              .contains("02:c1:0a:4d:00:01");
          TapDevice.delete("ct-0");
          assertThat(BridgePort.forget("br-test", GUEST)).isTrue();
          assertThat(BridgePort.forget("br-test", GUEST)).isFalse();
          assertThat(BridgePort.forget("br-none", GUEST)).isFalse();
          assertThat(show("ip", "neigh", "show", "dev", "br-test")).isBlank();
        });
  }

  @Test
  void aPortIsOneForAsLongAsNobodyChangesThat() throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-test", GATEWAY, 24);
          Bridge.ensure("br-other", ip("10.78.0.1"), 24);
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isFalse();
          TapDevice.createPersistent("ct-0");
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isFalse();
          BridgePort.attach("br-test", "ct-0", MAC, GUEST);
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isTrue();
          assertThat(BridgePort.isAttached("br-other", "ct-0")).isFalse();
          assertThat(BridgePort.isAttached("br-none", "ct-0")).isFalse();
          show("ip", "link", "set", "dev", "ct-0", "down");
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isFalse();
          show("ip", "link", "set", "dev", "ct-0", "up");
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isTrue();
          show("ip", "link", "set", "dev", "ct-0", "nomaster");
          assertThat(BridgePort.isAttached("br-test", "ct-0")).isFalse();
        });
  }

  @Test
  void filterTablesAreFoundByFamilyAndName() throws Exception {
    inNew(
        () -> {
          assertThat(FilterTable.exists(Family.BRIDGE, "cloude_test")).isFalse();
          show("nft", "add table bridge cloude_test");
          assertThat(FilterTable.exists(Family.BRIDGE, "cloude_test")).isTrue();
          assertThat(FilterTable.exists(Family.INET, "cloude_test")).isFalse();
          assertThat(FilterTable.exists(Family.BRIDGE, "cloude_other")).isFalse();
          show("nft", "add table inet cloude_test");
          assertThat(FilterTable.exists(Family.INET, "cloude_test")).isTrue();
          show("nft", "flush ruleset");
          assertThat(FilterTable.exists(Family.INET, "cloude_test")).isFalse();
        });
  }

  @Test
  void listsWhatACrashLeftBehind() throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-test", GATEWAY, 24);
          Bridge.ensure("br-other", ip("10.78.0.1"), 24);
          for (int i = 0; i < 3; i++) {
            TapDevice.createPersistent("ct-" + i);
            BridgePort.attach("br-test", "ct-" + i, MAC, GUEST);
          }
          TapDevice.createPersistent("mine-0");
          BridgePort.attach("br-test", "mine-0", MAC, GUEST);
          TapDevice.createPersistent("ct-other");
          BridgePort.attach("br-other", "ct-other", MAC, GUEST);
          TapDevice.createPersistent("ct-unjoined");
          assertThat(Bridge.taps("br-test", "ct-")).containsExactly("ct-0", "ct-1", "ct-2");
          assertThat(Bridge.taps("br-none", "ct-")).isEmpty();
          assertThat(TapDevice.list("ct-")).hasSize(5);
        });
  }

  @Test
  void manyInterfacesFitSeveralAnswers() throws Exception {
    inNew(
        () -> {
          for (int i = 0; i < 150; i++) {
            TapDevice.createPersistent("ct-" + i);
          }
          assertThat(TapDevice.list("ct-")).hasSize(150);
        });
  }

  @Test
  void attachingWhatIsNotThereSaysSo() throws Exception {
    inNew(
        () -> {
          refused(
              Code.NO_SUCH_INTERFACE,
              () -> BridgePort.attach("br-test", "ct-0", MAC, GUEST),
              "no interface br-test");
          Bridge.ensure("br-test", GATEWAY, 24);
          refused(
              Code.NO_SUCH_INTERFACE,
              () -> BridgePort.attach("br-test", "ct-0", MAC, GUEST),
              "no interface ct-0");
        });
  }

  @Test
  void theKernelsRefusalIsASentence() throws Exception {
    inNew(
        () -> {
          Bridge.ensure("br-test", GATEWAY, 24);
          Bridge.ensure("br-other", ip("10.78.0.1"), 24);
          assertThatThrownBy(() -> BridgePort.attach("br-test", "br-other", MAC, GUEST))
              .isInstanceOfSatisfying(
                  NetException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo(Code.REFUSED);
                    assertThat(e.errno()).isEqualTo(/* ELOOP */ 40);
                  })
              .hasMessageStartingWith("Could not make br-other a port of br-test: rtnetlink (")
              .hasMessageContaining("(errno 40).");
        });
  }

  private static void refused(Code code, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(NetException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  // A program that this thread starts is in the thread's namespace: a second opinion.
  private static String show(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(text).isZero();
      return text;
    }
  }

  private static Inet4Address ip(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
