package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.boot.GuestCpuid;
import dev.cloude.vmm.boot.GuestLayout;
import dev.cloude.vmm.boot.VcpuSetup;
import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.bus.BusDevice;
import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.kvm.KvmSystem;
import dev.cloude.vmm.kvm.SpecialRegisters;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.kvm.VmFd;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interrupts into and kicks out of a guest, without an exit to this process. */
@Tag("kvm")
class InterruptTest {
  private static final long CODE = 0x200000;
  private static final long IDT = 0x300000;
  private static final long HANDLER = 0x301000;
  private static final int VECTOR = 0x30;
  private static final int GSI = 5;
  private static final long KICK = 0xc000_1050L;
  private static final int READY_PORT = 0xf1;
  private static final int HANDLED_PORT = 0xf2;

  private final AtomicInteger ready = new AtomicInteger();
  private final AtomicInteger handled = new AtomicInteger();

  @Test
  void aSignalWakesAHaltedGuestAndItsWriteSignalsBack() throws Exception {
    try (Resources resources = new Resources()) {
      GuestMemory memory = resources.add(GuestMemory.allocate(16 << 20));
      KvmSystem kvm = resources.add(KvmSystem.open());
      VmFd vm = resources.add(kvm.createVm());
      vm.setTssAddress(GuestLayout.TSS);
      vm.setIdentityMapAddress(GuestLayout.IDENTITY_MAP);
      vm.createIrqchip();
      vm.createPit();
      MemoryRegion region = memory.regions().get(0);
      vm.setMemoryRegion(0, 0, region.size(), region.hostAddress());
      VcpuFd vcpu = resources.add(vm.createVcpu(0));
      EventFd interrupt = resources.add(new EventFd());
      EventFd kick = resources.add(new EventFd());
      vm.irqfd(interrupt.fd(), GSI);
      vm.ioeventfd(KICK, 4, 1, kick.fd());
      vcpu.setCpuid(new GuestCpuid(kvm.supportedCpuid(), false).forVcpu(0, 1));
      prepare(vcpu, memory);

      VcpuLoop[] loop = new VcpuLoop[1];
      Ending ending = new Ending(new ConsoleTail(1));
      ending.onEnd(() -> loop[0].kick());
      Bus addresses = new Bus("memory-mapped");
      PauseGate never = new PauseGate(1);
      loop[0] = new VcpuLoop(vcpu, ports(), addresses, ending, never, () -> {}, () -> {});
      Thread thread = new Thread(loop[0], "interrupt-vcpu");
      thread.start();
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> ready.get() == 1 || ending.ended());
        for (int i = 1; i <= 20; i++) {
          int expected = i;
          interrupt.signal();
          Awaitility.await()
              .atMost(Duration.ofSeconds(20))
              .until(() -> handled.get() == expected || ending.ended());
          assertThat(ending.exit()).as("after %d interrupts", handled.get()).isNull();
          assertThat(kick.drain()).as("one kick for each interrupt").isEqualTo(1);
        }
        vm.removeIrqfd(interrupt.fd(), GSI);
        vm.removeIoeventfd(KICK, 4, 1, kick.fd());
        interrupt.signal();
      } finally {
        // Before anything is closed that the guest uses.
        ending.end(ExitCause.KILLED, "done");
        thread.join();
      }
      assertThat(handled).hasValue(20);
      assertThat(addresses.unclaimed()).as("writes of another value come out").isEqualTo(20);
    }
  }

  private Bus ports() {
    Bus ports = new Bus("port");
    ports.register(READY_PORT, 1, counting(ready));
    ports.register(HANDLED_PORT, 1, counting(handled));
    return ports;
  }

  private static BusDevice counting(AtomicInteger counter) {
    return new BusDevice() {
      @Override
      public long read(long offset, int width) {
        return 0;
      }

      @Override
      public void write(long offset, int width, long value) {
        counter.incrementAndGet();
      }
    };
  }

  private static void prepare(VcpuFd vcpu, GuestMemory memory) {
    FlatCode main = new FlatCode();
    // The line ends at the PIC too, which must keep quiet.
    main.out(0x21, 1, 0xff).out(0xa1, 1, 0xff);
    // Local APIC on, spurious vector 0xff; the interrupt line's entry in the I/O APIC: VECTOR,
    // edge.
    main.store(0xfee0_00f0L, 4, 0x1ff);
    main.store(0xfec0_0000L, 4, 0x10 + 2 * GSI + 1).store(0xfec0_0010L, 4, 0);
    main.store(0xfec0_0000L, 4, 0x10 + 2 * GSI).store(0xfec0_0010L, 4, VECTOR);
    // sti; then halt for ever.
    main.out(READY_PORT, 1, 1).raw(0xfb).halt();
    memory.write(CODE, main.bytes());
    FlatCode handler = new FlatCode();
    handler.store(KICK, 4, 1).store(KICK, 4, 7).store(0xfee0_00b0L, 4, 0);
    // sti and halt again instead of iretq, which not every KVM's emulator knows; the stack has
    // room.
    handler.out(HANDLED_PORT, 1, 1).raw(0xfb).halt();
    memory.write(HANDLER, handler.bytes());
    memory.writeU64(
        IDT + VECTOR * 16L,
        HANDLER & 0xffff | 8L << 16 | 0x8e00L << 32 | (HANDLER & 0xffff_0000L) << 32);
    VcpuSetup.longMode(vcpu, memory, CODE, 0);
    SpecialRegisters special = vcpu.specialRegisters();
    vcpu.setSpecialRegisters(special.idt(IDT, 0xfff));
  }
}
