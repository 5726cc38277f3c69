package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that has run many VMs holds no more than before. */
@Tag("soak")
class ManyVmsTest {
  private static final String NAME = "many";
  private static final int VMS = 200;
  private static final int AT_ONCE = 10;

  // What a JVM's compiler takes and malloc keeps comes once; a leak comes with every round. The
  // RAM that one of these guests touches, let alone a thread, is more than the allowance for a VM.
  private static final int ROUNDS = 5;
  private static final long ALLOWANCE = VMS * (32L << 10);
  private static final int MAPPINGS_ALLOWANCE = VMS / 10;

  @TempDir Path folder;

  @Test
  void twoHundredVmsLeaveNothing() throws Exception {
    List<MicroVmConfig> guests =
        List.of(
            config("halted", new FlatCode().halt()),
            config("spinning", new FlatCode().spin()),
            config("off", new FlatCode().powerOff().halt()),
            config("failed", new FlatCode().tripleFault()));
    run(guests, 2 * AT_ONCE);
    Footprint before = Footprint.now();
    List<Long> growth = new ArrayList<>();
    List<Integer> moreMappings = new ArrayList<>();
    do {
      long memory = settledMemory();
      int mappings = mappings();
      run(guests, VMS);
      before.assertRestored(NAME);
      assertNoTaskIsLeft();
      growth.add(settledMemory() - memory);
      moreMappings.add(mappings() - mappings);
    } while (growth.size() < ROUNDS && !restored(growth, moreMappings));
    assertThat(restored(growth, moreMappings))
        .as("rounds of %d VMs added %s bytes and %s mappings", VMS, growth, moreMappings)
        .isTrue();
  }

  private static boolean restored(List<Long> growth, List<Integer> moreMappings) {
    int last = growth.size() - 1;
    return growth.get(last) <= ALLOWANCE && moreMappings.get(last) <= MAPPINGS_ALLOWANCE;
  }

  private MicroVmConfig config(String guest, FlatCode code) throws IOException {
    Path kernel = code.writeTo(Files.createDirectory(folder.resolve(guest)));
    return MicroVmConfig.builder(kernel).name(NAME).memoryBytes(16 << 20).build();
  }

  private static void run(List<MicroVmConfig> guests, int count) throws Exception {
    for (int done = 0; done < count; done += AT_ONCE) {
      List<MicroVm> vms = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        vms.add(MicroVm.start(guests.get((done + i) % guests.size())));
      }
      vms.forEach(MicroVm::close);
      for (MicroVm vm : vms) {
        assertThat(vm.exit().get(60, TimeUnit.SECONDS).cause())
            .isIn(ExitCause.KILLED, ExitCause.POWER_OFF, ExitCause.TRIPLE_FAULT);
      }
    }
  }

  // Blocks that system calls were given are freed by the collector at the latest.
  private static long settledMemory() {
    System.gc();
    return NativeMemory.resident();
  }

  // A thread leaves the kernel's list a moment after Java has called it dead.
  private static void assertNoTaskIsLeft() {
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> tasks().isEmpty());
  }

  private static List<String> tasks() {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.map(ManyVmsTest::name).filter(n -> n.startsWith(NAME)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  private static int mappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).size();
  }
}
