package dev.cloude.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.memory.GuestMemory;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class VirtioMmioProperties {
  private static final List<Integer> LEGAL = List.of(0, 1, 3, 11, 15);

  /** One access, or a step of a good driver, or a turn of the loop. */
  private record Access(int kind, int offset, int width, long value) {}

  @Provide
  Arbitrary<Access> accesses() {
    Arbitrary<Integer> offsets =
        Arbitraries.oneOf(
            Arbitraries.of(
                MmioRegister.STATUS,
                MmioRegister.QUEUE_SELECT,
                MmioRegister.QUEUE_SIZE,
                MmioRegister.QUEUE_READY,
                MmioRegister.QUEUE_NOTIFY,
                MmioRegister.QUEUE_USED_LOW,
                MmioRegister.DRIVER_FEATURES),
            Arbitraries.integers().between(0, 0xff8));
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, 3L, 11L, 15L, 128L, 0xffff_ffffL), Arbitraries.longs());
    return Combinators.combine(
            Arbitraries.integers().between(0, 9), offsets, Arbitraries.of(1, 2, 4, 4, 8), values)
        .as(Access::new);
  }

  @Property(tries = 500)
  void anyAccessAtAnyTimeLeavesALegalState(
      @ForAll @Size(max = 200) List<@From("accesses") Access> accesses) {
    try (GuestMemory memory = GuestMemory.allocate(1 << 16);
        RecordingDevice backend = new RecordingDevice();
        VirtioMmioDevice device = new VirtioMmioDevice(backend, memory)) {
      ModelDriver driver = new ModelDriver(device, memory);
      for (Access access : accesses) {
        switch (access.kind()) {
          case 0 -> driver.start(0, 16);
          case 1 -> driver.runDevice();
          case 2 -> driver.negotiate(0);
          case 3 -> memory.writeU32(access.value() & 0xfffc, access.value());
          case 4, 5, 6 -> device.read(access.offset(), access.width());
          default -> device.write(access.offset(), access.width(), access.value());
        }
        int status = driver.status();
        assertThat(LEGAL).contains(status & 15);
        assertThat((status & 0x40) != 0).isEqualTo(device.failure().isPresent());
      }
      // Whatever has happened, a reset makes the device usable again.
      driver.start(0, 16);
      assertThat(driver.status()).isEqualTo(15);
    }
  }
}
