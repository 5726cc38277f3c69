package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.FlatGuests;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.TestJvm;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flat guests in real child processes. Wants root. Each test starts several JVMs, which takes long
 * on an emulated processor: there most are left to the long runs.
 */
class IsolatedVmsTest {
  private static final int USER = 423_000;

  @TempDir static Path folder;
  private static IsolatedVms vms;

  @BeforeAll
  static void open() throws Exception {
    vms = IsolatedVms.open(new IsolationSettings(1, USER, IsolationSettings.MEMORY_GROUPS));
  }

  @AfterAll
  static void nothingIsLeft() {
    vms.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> children().isEmpty());
  }

  private static MicroVmConfig.Builder config(Path kernel) {
    return MicroVmConfig.builder(kernel).name("isolated").memoryBytes(16 << 20);
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current().children().toList();
  }

  private static VmExit end(IsolatedVm vm) throws Exception {
    return vm.exit().get(60, TimeUnit.SECONDS);
  }

  @Tag("soak")
  @Test
  void theGuestsOwnEndsAreToldApart() throws Exception {
    TreeMap<ExitCause, Path> guests = new TreeMap<>();
    guests.put(ExitCause.POWER_OFF, FlatGuests.powerOff(folder));
    guests.put(ExitCause.RESET, FlatGuests.reset(folder));
    guests.put(ExitCause.TRIPLE_FAULT, FlatGuests.tripleFault(folder));
    guests.put(ExitCause.PANIC, FlatGuests.panic(folder));
    for (var guest : guests.entrySet()) {
      try (IsolatedVm vm = vms.start(config(guest.getValue()).build())) {
        assertThat(vm.figures()).containsKeys("nanos.created", "nanos.loaded");
        VmExit end = end(vm);
        assertThat(end.cause()).as(end.detail()).isEqualTo(guest.getKey());
        assertThat(vm.figures()).containsKeys("nanos.first-instruction", "unclaimed.ports");
      }
    }
  }

  @Tag("soak")
  @Test
  void theConsoleComesOverWhole() throws Exception {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    MicroVmConfig.Builder config =
        config(FlatGuests.saying(folder, "hello from a child"))
            .console(
                bytes -> {
                  byte[] part = new byte[bytes.remaining()];
                  bytes.get(part);
                  console.writeBytes(part);
                });
    try (IsolatedVm vm = vms.start(config.build())) {
      assertThat(end(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
    }
    assertThat(console.toString(StandardCharsets.US_ASCII)).isEqualTo("hello from a child");
  }

  @Tag("kvm")
  @Test
  void socketsAreThereAndTheEndOfTheVmEndsWhoWaits() throws Exception {
    IsolatedVm vm = vms.start(config(FlatGuests.spinning(folder)).vsock(1000).build());
    try (vm) {
      assertThatThrownBy(() -> vm.vsock().accept(1001, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The guest cannot connect to port 1001, only to [1000].");
      assertThatThrownBy(() -> vm.vsock().accept(1000, Duration.ofNanos(1)))
          .isInstanceOf(SocketTimeoutException.class);
      VsockConnection asked = vm.vsock().open(1);
      asked.output().write(new byte[RemoteConnection.SEND_BYTES]);
      assertThatThrownBy(() -> asked.awaitOpen(Duration.ofMillis(1)))
          .isInstanceOf(SocketTimeoutException.class);
      asked.readLimit(Duration.ofMinutes(1));
      vm.kill();
      assertThatThrownBy(() -> asked.input().read()).hasMessage("The VM has ended.");
    }
    assertThatThrownBy(() -> vm.vsock().accept(1000, Duration.ofMinutes(1)))
        .hasMessage("The VM has ended.");
  }

  @Tag("soak")
  @Test
  void aVmWithoutThemHasNoSockets() throws Exception {
    try (IsolatedVm vm = vms.start(config(FlatGuests.powerOff(folder)).build())) {
      assertThatThrownBy(vm::vsock)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("isolated has no socket device: give MicroVmConfig.vsock.");
    }
  }

  @Tag("kvm")
  @Test
  void oneThatWasMadeAheadIsStartedInItsProcess() throws Exception {
    MicroVmConfig config = config(FlatGuests.powerOff(folder)).vsock(1000).build();
    PreparedIsolatedVm waiting = vms.prepare(config.shape());
    assertThat(waiting.heldBytes()).isGreaterThan(PreparedIsolatedVm.PROCESS_BYTES);
    try (IsolatedVm vm = waiting.start(config)) {
      assertThat(vm.process()).isEqualTo(waiting.process());
      assertThat(end(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
    }
    assertThatThrownBy(() -> waiting.start(config)).isInstanceOf(IllegalStateException.class);
    waiting.close();
  }

  @Tag("soak")
  @Test
  void oneThatWasMadeAheadIsLikeAnyOther() throws Exception {
    MicroVmConfig config = config(FlatGuests.spinning(folder)).vcpus(2).build();
    try (PreparedIsolatedVm waiting = vms.prepare(config.shape());
        IsolatedVm vm = waiting.start(config)) {
      assertThat(status(Path.of("/proc", Long.toString(vm.process()), "status")))
          .containsEntry("Seccomp", "2")
          .containsEntry("NoNewPrivs", "1")
          .containsEntry("CapEff", "0000000000000000");
      assertThat(user(vm)).startsWith("42");
    }
  }

  @Tag("soak")
  @Test
  void oneThatWaitsGoesWhenItIsClosedOrOfAnotherShapeOrDead() throws Exception {
    MicroVmConfig config = config(FlatGuests.powerOff(folder)).build();
    PreparedIsolatedVm closed = vms.prepare(config.shape());
    closed.close();
    closed.close();
    awaitGone(closed);
    PreparedIsolatedVm other = vms.prepare(config.shape());
    assertThatThrownBy(
            () -> other.start(config(FlatGuests.powerOff(folder)).memoryBytes(32 << 20).build()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.CONFIG));
    awaitGone(other);
    PreparedIsolatedVm dead = vms.prepare(config.shape());
    ProcessHandle.of(dead.process()).orElseThrow().destroyForcibly();
    awaitGone(dead);
    assertThatThrownBy(() -> dead.start(config)).isInstanceOf(VmmException.class);
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> vms.prepare(config(none).build().shape()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.BOOT));
  }

  private static void awaitGone(PreparedIsolatedVm vm) {
    await().atMost(Duration.ofSeconds(30)).until(() -> ProcessHandle.of(vm.process()).isEmpty());
  }

  @Tag("kvm")
  @Test
  void theProcessKeepsOnlyWhatItsVmNeeds() throws Exception {
    try (IsolatedVm vm = vms.start(config(FlatGuests.spinning(folder)).vcpus(2).build())) {
      Path proc = Path.of("/proc", Long.toString(vm.process()));
      int threads = 0;
      for (Path task : list(proc.resolve("task"))) {
        TreeMap<String, String> status;
        try {
          status = status(task.resolve("status"));
        } catch (IOException e) {
          // A thread that has ended meanwhile, as a JVM's do.
          continue;
        }
        threads++;
        assertThat(status)
            .as(task.toString())
            .containsEntry("Seccomp", "2")
            .containsEntry("NoNewPrivs", "1")
            .containsEntry("CapEff", "0000000000000000")
            .containsEntry("CapPrm", "0000000000000000")
            .containsEntry("CapInh", "0000000000000000")
            .containsEntry("CapAmb", "0000000000000000")
            .containsEntry("Groups", "");
        assertThat(Arrays.stream(status.get("Uid").split("\\s")).distinct()).hasSize(1);
        assertThat(status.get("Gid")).isEqualTo(status.get("Uid"));
        assertThat(Integer.parseInt(status.get("Uid").split("\\s")[0])).isBetween(USER, USER + 10);
      }
      assertThat(threads).isGreaterThan(2);
      assertThat(Files.readString(proc.resolve("environ"))).isEqualTo("LC_ALL=C.UTF-8\0");
      assertThat(Files.readSymbolicLink(proc.resolve("root")).toString()).endsWith("(deleted)");
      assertThat(Files.readSymbolicLink(proc.resolve("cwd")).toString()).endsWith("(deleted)");
      if (vms.notes().isEmpty()) {
        String group = Files.readString(proc.resolve("cgroup")).strip();
        assertThat(group).matches("0::/cloude/vm-\\d+-\\d+");
        assertThat(Path.of("/sys/fs/cgroup" + group.substring(3), "memory.max"))
            .hasContent(Long.toString((16 + 192) << 20));
      }
      String limits = Files.readString(proc.resolve("limits")).replaceAll(" +", " ");
      assertThat(limits)
          .contains("Max core file size 0 0 ")
          .contains("Max file size 65536 65536 ")
          .contains("Max open files 130 130 ")
          .contains("Max processes 66 66 ");
      assertThat(descriptors(proc))
          .allMatch(
              target ->
                  target.matches(
                      "pipe:.*|socket:.*|/dev/kvm|anon_inode:.*|.*/lib/modules|.*/(vmm|jna).*\\.jar"
                          + "|.*/child\\d+\\.err|/dev/u?random|.*/ffi.* \\(deleted\\)"));
      assertThat(descriptors(proc).stream().filter(d -> d.startsWith("pipe:"))).hasSize(2);
    }
  }

  @Tag("soak")
  @Test
  void twoVmsAreTwoUsersAndOneThatIsDoneIsReused() throws Exception {
    Path guest = FlatGuests.spinning(folder);
    String first;
    try (IsolatedVm one = vms.start(config(guest).build());
        IsolatedVm two = vms.start(config(guest).build())) {
      first = user(one);
      assertThat(user(two)).isNotEqualTo(first);
      assertThat(one.process()).isNotEqualTo(two.process());
    }
    try (IsolatedVm three = vms.start(config(guest).build())) {
      assertThat(user(three)).isEqualTo(first);
    }
  }

  @Tag("soak")
  @Test
  void aProcessThatDiesIsItsVmsEndAndNobodyElses() throws Exception {
    Path guest = FlatGuests.spinning(folder);
    try (IsolatedVm other = vms.start(config(guest).build())) {
      for (String signal : List.of("KILL", "SEGV")) {
        try (IsolatedVm vm = vms.start(config(guest).build())) {
          assertThat(
                  new ProcessBuilder("kill", "-" + signal, Long.toString(vm.process()))
                      .start()
                      .waitFor())
              .isZero();
          VmExit end = end(vm);
          assertThat(end.cause()).isEqualTo(ExitCause.PROCESS_DIED);
          assertThat(end.detail())
              .matches("The VM's process " + vm.process() + " was ended by signal (9|6|11)\\.");
        }
      }
      assertThat(other.exit()).isNotDone();
    }
  }

  @Tag("soak")
  @Test
  void killAndCloseEndTheProcess() throws Exception {
    IsolatedVm vm = vms.start(config(FlatGuests.spinning(folder)).build());
    vm.requestStop();
    vm.requestStop();
    vm.kill();
    vm.kill();
    assertThat(end(vm).cause()).isEqualTo(ExitCause.KILLED);
    assertThat(ProcessHandle.of(vm.process())).isEmpty();
    vm.close();
    vm.close();
    vm.requestStop();
  }

  @Tag("soak")
  @Test
  void whatIsSaidToAVmReachesIt() throws Exception {
    try (IsolatedVm vm = vms.start(config(FlatGuests.endingWhenAsked(folder)).build())) {
      vm.agentReady();
      vm.requestStop();
      VmExit end = end(vm);
      assertThat(end.cause()).as(end.detail()).isEqualTo(ExitCause.POWER_OFF);
      assertThat(vm.figures()).containsKey("nanos.agent-ready");
    }
  }

  @Tag("soak")
  @Test
  void aDiskIsOpenThoughItsUserCouldNotReadIt() throws Exception {
    Path disk = Files.write(folder.resolve("disk"), new byte[4096]);
    Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-------"));
    try (IsolatedVm vm = vms.start(config(FlatGuests.spinning(folder)).disk(disk).build())) {
      assertThat(descriptors(Path.of("/proc", Long.toString(vm.process()))))
          .contains(disk.toRealPath().toString());
    }
    try (IsolatedVm vm =
        vms.start(
            config(FlatGuests.spinning(folder))
                .disk(disk)
                .deadline(Duration.ofMillis(300))
                .build())) {
      assertThat(end(vm).cause()).isEqualTo(ExitCause.DEADLINE);
      assertThat(vm.figures()).containsEntry("disk.0.requests", 0L);
    }
  }

  @Tag("soak")
  @Test
  void aDeadlineIsTheChildsOwn() throws Exception {
    MicroVmConfig.Builder config = config(FlatGuests.spinning(folder));
    try (IsolatedVm vm = vms.start(config.deadline(Duration.ofMillis(100)).build())) {
      assertThat(end(vm).cause()).isEqualTo(ExitCause.DEADLINE);
    }
  }

  @Tag("soak")
  @Test
  void whatCannotBeStartedIsRefusedWithTheReasonAndLeavesNothing() throws Exception {
    Path none = folder.resolve("none-ü");
    assertThatThrownBy(() -> vms.start(config(none).build()))
        .isInstanceOfSatisfying(
            VmmException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(VmmException.Code.BOOT))
        .hasMessageContaining(none.toString());
    await().atMost(Duration.ofSeconds(30)).until(() -> children().size() <= 1);
  }

  @Tag("soak")
  @Test
  void oneWaitsAndIsReplacedWhenItWasTaken() throws Exception {
    await().atMost(Duration.ofSeconds(60)).until(() -> vms.prestarted() == 1);
    long waiting = children().get(0).pid();
    try (IsolatedVm vm = vms.start(config(FlatGuests.spinning(folder)).build())) {
      assertThat(vm.process()).isEqualTo(waiting);
      await().atMost(Duration.ofSeconds(60)).until(() -> vms.prestarted() == 1);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> children().size() == 1);
    assertThat(children().get(0).pid()).isNotEqualTo(waiting);
  }

  @Tag("soak")
  @Test
  void oneThatDiedWhileItWaitedIsNotUsed() throws Exception {
    await().atMost(Duration.ofSeconds(60)).until(() -> vms.prestarted() == 1);
    ProcessHandle waiting = children().get(0);
    waiting.destroyForcibly();
    await().atMost(Duration.ofSeconds(30)).until(() -> vms.prestarted() == 0);
    try (IsolatedVm vm = vms.start(config(FlatGuests.powerOff(folder)).build())) {
      assertThat(end(vm).cause()).isEqualTo(ExitCause.POWER_OFF);
      assertThat(vm.process()).isNotEqualTo(waiting.pid());
    }
  }

  @Tag("soak")
  @Test
  void closedMeansClosed() throws Exception {
    IsolatedVms other =
        IsolatedVms.open(new IsolationSettings(0, USER + 100, IsolationSettings.MEMORY_GROUPS));
    IsolatedVm vm = other.start(config(FlatGuests.spinning(folder)).build());
    other.close();
    assertThat(end(vm).cause()).isEqualTo(ExitCause.KILLED);
    assertThatThrownBy(() -> other.start(config(FlatGuests.powerOff(folder)).build()))
        .isInstanceOf(VmmException.class);
    other.close();
  }

  @Tag("soak")
  @Test
  void nothingOutlivesAParentThatIsKilled() throws Exception {
    Path temporary = Files.createTempDirectory(folder, "parent");
    Process parent =
        TestJvm.start(temporary, DyingParent.class, FlatGuests.spinning(folder).toString());
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      await().atMost(Duration.ofSeconds(60)).until(() -> parent.children().count() == 2);
      List<ProcessHandle> orphans = parent.children().toList();
      parent.destroyForcibly().waitFor();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(temporary).isNotEmptyDirectory();
      SharedFolder.in(temporary).close();
      assertThat(temporary).isEmptyDirectory();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Tag("soak")
  @Test
  void aTapDeviceIsTheProcesssWhileItLives() throws Exception {
    String tap = "isotap0";
    TapDevice.createPersistent(tap);
    try {
      MicroVmConfig.Builder config =
          config(FlatGuests.spinning(folder)).tap(new TapAttachment(tap, "02:c1:0a:00:00:02"));
      for (int i = 0; i < 2; i++) {
        try (IsolatedVm vm = vms.start(config.build())) {
          assertThat(descriptors(Path.of("/proc", Long.toString(vm.process()))))
              .contains("/dev/net/tun");
        }
      }
      assertThatThrownBy(
              () ->
                  vms.start(config.tap(new TapAttachment("isotap9", "02:c1:0a:00:00:02")).build()))
          .isInstanceOfSatisfying(
              VmmException.class, e -> assertThat(e.code()).isEqualTo(VmmException.Code.DEVICE))
          .hasMessageContaining("isotap9");
    } finally {
      TapDevice.delete(tap);
    }
  }

  private static String user(IsolatedVm vm) throws IOException {
    return status(Path.of("/proc", Long.toString(vm.process()), "status")).get("Uid");
  }

  private static TreeMap<String, String> status(Path file) throws IOException {
    TreeMap<String, String> fields = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(":", 2);
      fields.put(parts[0], parts[1].strip());
    }
    return fields;
  }

  private static List<String> descriptors(Path proc) throws IOException {
    List<String> targets = new ArrayList<>();
    for (Path fd : list(proc.resolve("fd"))) {
      targets.add(Files.readSymbolicLink(fd).toString());
    }
    return targets;
  }

  private static List<Path> list(Path path) throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.collect(Collectors.toList());
    }
  }
}
