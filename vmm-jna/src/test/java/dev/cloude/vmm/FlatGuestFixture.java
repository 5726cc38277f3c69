package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Guests of a few instructions on any {@code /dev/kvm} that opens; no test leaves any of them. */
@Tag("kvm")
abstract class FlatGuestFixture {
  /** What the VMs are called. */
  static final String NAME = "flat";

  @TempDir Path folder;
  private final List<MicroVm> vms = new ArrayList<>();
  Footprint before;

  @BeforeEach
  void measure() {
    before = Footprint.now();
  }

  @AfterEach
  void nothingIsLeft() {
    vms.forEach(MicroVm::close);
    before.assertRestored(NAME);
  }

  /** A guest of 16 MiB that runs {@code code}. */
  final MicroVmConfig.Builder config(FlatCode code) throws IOException {
    return MicroVmConfig.builder(code.writeTo(folder)).name(NAME).memoryBytes(16 << 20);
  }

  /** Starts a VM that is closed with the test, if not before. */
  final MicroVm start(MicroVmConfig.Builder config) {
    MicroVm vm = MicroVm.start(config.build());
    vms.add(vm);
    return vm;
  }

  /** Starts a VM and lets it come to its own end, which a deadline of a minute sees to. */
  final MicroVm run(MicroVmConfig.Builder config) throws Exception {
    MicroVm vm = start(config.deadline(Duration.ofSeconds(60)));
    exit(vm);
    return vm;
  }

  /** Runs a guest to its power-off; what it held on the host is gone when this returns. */
  final MicroVm ended(MicroVmConfig.Builder config) throws Exception {
    MicroVm vm = run(config);
    vm.close();
    assertThat(exit(vm).cause()).as(exit(vm).detail()).isEqualTo(ExitCause.POWER_OFF);
    return vm;
  }

  /** Why it ended, once it has. */
  static VmExit exit(MicroVm vm) throws Exception {
    return vm.exit().get(90, TimeUnit.SECONDS);
  }

  /** The numbers of eight bytes that the guest has printed. */
  static long[] printed(MicroVm vm) {
    ByteBuffer bytes = ByteBuffer.wrap(vm.consoleTail()).order(ByteOrder.LITTLE_ENDIAN);
    long[] numbers = new long[bytes.capacity() / 8];
    bytes.asLongBuffer().get(numbers);
    return numbers;
  }
}
