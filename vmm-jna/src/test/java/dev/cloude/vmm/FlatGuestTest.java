package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.limit.RateLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest of a few instructions sees of the machine, on any {@code /dev/kvm} that opens. */
class FlatGuestTest extends FlatGuestFixture {
  private static final long UNCLAIMED = 0xd000_0000L;

  private MicroVm ended(FlatCode code) throws Exception {
    return ended(config(code.powerOff().halt()));
  }

  @Test
  void unknownPortsReadAsOnesOfTheirWidthAndNothingElse() throws Exception {
    long stale = 0x1122334455667788L;
    // A write first, so that the shared page holds something that must not come back.
    MicroVm vm =
        ended(
            new FlatCode()
                .out(0x123, 4, 0xdeadbeef)
                .rax(stale)
                .in(0x123, 1)
                .print()
                .rax(stale)
                .in(0x123, 2)
                .print()
                .rax(stale)
                .in(0x123, 4)
                .print());
    assertThat(printed(vm)).containsExactly(0x11223344556677ffL, 0x112233445566ffffL, 0xffffffffL);
    assertThat(vm.counters().unclaimedPorts()).isEqualTo(4);
  }

  @Test
  void knownPortsAnswerByTheirDevice() throws Exception {
    MicroVm vm =
        ended(
            new FlatCode()
                .rax(0)
                .in(0x3fd, 1)
                .print()
                .out(0x3ff, 1, 0x5a)
                .in(0x3ff, 1)
                .print()
                .in(0x64, 1)
                .print());
    assertThat(printed(vm)).containsExactly(0x60, 0x5a, 0x14);
  }

  @Test
  void unknownAddressesReadAsOnesOfTheirWidth() throws Exception {
    FlatCode code = new FlatCode();
    for (int width : new int[] {1, 2, 4, 8}) {
      code.store(UNCLAIMED, width, 0xdeadbeefL).rax(0x1122334455667788L);
      code.load(UNCLAIMED, width).print();
    }
    MicroVm vm = ended(code);
    assertThat(printed(vm))
        .containsExactly(0x11223344556677ffL, 0x112233445566ffffL, 0xffffffffL, -1L);
    assertThat(vm.counters().unclaimedAddresses()).isEqualTo(8);
  }

  @Test
  void anAccessAcrossTheEndOfAWindowIsAnswered() throws Exception {
    // The last byte of the boot timer's window and the first of the next device's.
    long[] read = printed(ended(new FlatCode().rax(0).load(0xc000_0fffL, 2).print()));
    assertThat(read).hasSize(1);
    assertThat(read[0]).isBetween(0L, 0xffffL);
  }

  @Test
  void virtioWindowsIdentifyThemselves() throws Exception {
    MicroVm vm =
        ended(
            new FlatCode()
                .rax(0)
                .load(0xc000_1000L, 4)
                .print()
                .load(0xc000_1004L, 4)
                .print()
                .load(0xc000_1008L, 4)
                .print());
    assertThat(printed(vm)).as("magic, version, entropy device").containsExactly(0x74726976, 2, 4);
  }

  @Test
  void stringInstructionsMoveEachElement() throws Exception {
    int length = 5000;
    FlatCode code = new FlatCode();
    // rep insd of five words from an unknown port, over memory that held something else.
    code.store(FlatCode.SCRATCH + 0x100, 8, 0x0102030405060708L);
    code.rdi(FlatCode.SCRATCH + 0x100).rcx(5).rdx(0x124).raw(0xf3, 0x6d);
    code.print(FlatCode.SCRATCH + 0x100, 24);
    // rep outsb of more bytes than one exit holds, from memory of zeros.
    code.print(FlatCode.SCRATCH + 0x2000, length);
    byte[] out = ended(code).consoleTail();
    assertThat(out).hasSize(24 + length);
    assertThat(Arrays.copyOf(out, 20)).containsOnly(0xff);
    assertThat(Arrays.copyOfRange(out, 20, out.length)).containsOnly(0);
  }

  @Test
  void theGuestsOwnEndsAreToldApart() throws Exception {
    Map<FlatCode, ExitCause> ends =
        Map.of(
            new FlatCode().powerOff().halt(), ExitCause.POWER_OFF,
            new FlatCode().out(0x602, 1, 1).halt(), ExitCause.RESET,
            new FlatCode().out(0x64, 1, 0xfe).halt(), ExitCause.RESET,
            new FlatCode().tripleFault(), ExitCause.TRIPLE_FAULT,
            new FlatCode().print("Kernel panic - not syncing: x\n").out(0x64, 1, 0xfe).halt(),
                ExitCause.PANIC,
            new FlatCode().print("Kernel panic - not syncing: x\n").tripleFault(), ExitCause.PANIC);
    for (Map.Entry<FlatCode, ExitCause> end : ends.entrySet()) {
      MicroVm vm = run(config(end.getKey()));
      VmExit exit = exit(vm);
      assertThat(exit.cause()).isEqualTo(end.getValue());
      assertThat(exit.detail()).isNotBlank();
      vm.close();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {16 << 20, (64 << 20) + 4096, 3L << 30})
  void theTopByteOfLowMemoryIsUsableAndTheNextIsNot(long size) throws Exception {
    FlatCode code = new FlatCode();
    code.store(size - 1, 1, 0x5a).rax(0).load(size - 1, 1).print();
    code.rax(0).load(size, 1).print();
    MicroVm vm = ended(config(code.powerOff().halt()).memoryBytes(size));
    // At 3 GiB the next byte belongs to the boot timer, which reads as zero.
    assertThat(printed(vm)).containsExactly(0x5a, size == 3L << 30 ? 0 : 0xff);
  }

  @Test
  void theTopByteBeyondTheGapIsUsableAndTheNextIsNot() throws Exception {
    long pages = 0x500000;
    long end = 0x1_0000_0000L + (2 << 20) - 4096;
    FlatCode code = new FlatCode();
    // The fifth entry of the PDPT maps 4 GiB and up: a directory with two pages of 2 MiB.
    code.store(pages, 8, 0x1_0000_0083L).store(pages + 8, 8, 0x1_0020_0083L);
    code.store(0xa020, 8, pages | 3);
    code.store(end - 1, 1, 0x5a).rax(0).load(end - 1, 1).print().rax(0).load(end, 1).print();
    MicroVm vm = ended(config(code.powerOff().halt()).memoryBytes((3L << 30) + (2 << 20) - 4096));
    assertThat(printed(vm)).containsExactly(0x5a, 0xff);
  }

  @Test
  void consoleGoesToItsConsumerAlsoWhatWasWrittenLast() throws Exception {
    StringBuilder seen = new StringBuilder();
    ended(
        config(new FlatCode().print("hello").powerOff().halt())
            .console(b -> seen.append(StandardCharsets.US_ASCII.decode(b))));
    assertThat(seen).hasToString("hello");
  }

  @Test
  void aPanicIsSeenBehindAFloodedConsole() throws Exception {
    FlatCode code = new FlatCode().print(FlatCode.SCRATCH + 0x2000, 3000);
    code.print("Kernel panic - not syncing: flood\n").out(0x64, 1, 0xfe).halt();
    RateLimit few = new RateLimit(100, 0, Duration.ofDays(1));
    MicroVm vm = run(config(code).limits(Limits.DEFAULT.withConsole(few)));
    assertThat(exit(vm))
        .isEqualTo(new VmExit(ExitCause.PANIC, "Kernel panic - not syncing: flood"));
    assertThat(vm.consoleTail()).containsOnly(0).hasSize(100);
    assertThat(vm.counters().consoleBytes()).isEqualTo(3034);
    assertThat(vm.counters().consoleDropped()).isEqualTo(2934);
  }

  @Test
  void phasesAndCountersAreKeptAfterTheEnd() throws Exception {
    MicroVm vm = ended(new FlatCode().store(0xc000_0000L, 1, 123).print("x"));
    Phases phases = vm.phases();
    assertThat(phases.created().orElseThrow()).isPositive();
    assertThat(phases.loaded().orElseThrow()).isGreaterThan(phases.created().orElseThrow());
    assertThat(phases.firstInstruction().orElseThrow())
        .isGreaterThan(phases.loaded().orElseThrow());
    assertThat(phases.userSpace().orElseThrow())
        .isGreaterThan(phases.firstInstruction().orElseThrow());
    assertThat(vm.counters().exits()).containsEntry("io", 2L).containsEntry("mmio", 1L);
    assertThat(vm.counters().consoleBytes()).isEqualTo(1);
    assertThat(vm.counters().consoleDropped()).isZero();
    assertThat(vm.counters().traffic()).isEmpty();
    assertThat(vm.counters().entropy()).isEqualTo(new Entropy(0, 0, 0));
    assertThat(phases.agentReady()).isEmpty();
    vm.agentReady();
    assertThat(vm.phases().agentReady().orElseThrow())
        .isGreaterThan(phases.userSpace().orElseThrow());
  }

  @Test
  void whatCannotBeBootedIsRefusedBeforeItRunsAndLeavesNothing() throws Exception {
    Path kernel = new FlatCode().halt().writeTo(folder);
    Path text = Files.writeString(folder.resolve("text"), "no kernel");
    assertRefused(MicroVmConfig.builder(text), VmmException.Code.BOOT, "neither a bzImage");
    assertRefused(
        MicroVmConfig.builder(folder.resolve("none")), VmmException.Code.BOOT, "no such file");
    assertRefused(
        MicroVmConfig.builder(kernel).commandLine("x".repeat(3000)),
        VmmException.Code.BOOT,
        "at most 2047");
    assertRefused(
        MicroVmConfig.builder(kernel).tap(new TapAttachment("no-such-tap", "02:c1:00:00:00:01")),
        VmmException.Code.DEVICE,
        "no-such-tap");
    assertRefused(
        MicroVmConfig.builder(kernel).disk(folder.resolve("no-disk")),
        VmmException.Code.DEVICE,
        "no-disk");
    assertRefused(
        MicroVmConfig.builder(kernel).disk(folder), VmmException.Code.DEVICE, "not an image");
  }

  private static void assertRefused(
      MicroVmConfig.Builder builder, VmmException.Code code, String part) {
    MicroVmConfig config = builder.name(NAME).build();
    assertThatThrownBy(() -> MicroVm.start(config))
        .isInstanceOfSatisfying(VmmException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  void theProbeSaysWhatTheProcessorSays() throws IOException {
    String flags =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(l -> l.startsWith("flags"))
            .findFirst()
            .orElse("");
    boolean virtualisation =
        Arrays.stream(flags.split("\\s+")).collect(Collectors.toSet()).stream()
            .anyMatch(f -> f.equals("svm") || f.equals("vmx"));
    KvmProbe.Verdict verdict = KvmProbe.run();
    assertThat(verdict.usable()).as(verdict.reason()).isEqualTo(virtualisation);
    assertThat(verdict.reason()).startsWith("/dev/kvm").endsWith(".");
  }
}
