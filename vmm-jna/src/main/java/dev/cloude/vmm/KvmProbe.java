package dev.cloude.vmm;

import dev.cloude.vmm.boot.GuestCpuid;
import dev.cloude.vmm.boot.VcpuSetup;
import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.bus.BusDevice;
import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.kvm.CpuidEntry;
import dev.cloude.vmm.kvm.KvmException;
import dev.cloude.vmm.kvm.KvmSystem;
import dev.cloude.vmm.kvm.SpecialRegisters;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.kvm.VmFd;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.GuestMemoryException;
import dev.cloude.vmm.memory.MemoryRegion;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds out whether this host's {@code /dev/kvm} really runs 64-bit guests: some hosts offer one
 * that opens and runs simple code in an emulator that no operating system survives. A tiny guest in
 * long mode does what those emulators lack: an int3 through its IDT, and, where CPUID offers them,
 * lock cmpxchg16b, xsave and xrstor.
 */
public final class KvmProbe {
  // xor ebx,ebx; int3; cmp ebx,1; jne fail
  // mov eax,1; xor ecx,ecx; cpuid; mov esi,ecx
  // bt esi,13; jnc 1f
  // xor eax,eax; xor edx,edx; mov ebx,1; xor ecx,ecx; lock cmpxchg16b [rdi]; jnz fail
  // 1: bt esi,26; jnc 2f
  // xor ecx,ecx; xor edx,edx; mov eax,3; xsetbv; xsave [r8]; xrstor [r8]
  // 2: mov al,0x55; out 0xf4,al
  // fail: mov al,0xaa; out 0xf4,al; hlt
  private static final byte[] PROGRAM =
      HexFormat.of()
          .parseHex(
              "31dbcc83fb017541"
                  + "b80100000031c90fa289ce"
                  + "0fbae60d7312"
                  + "31c031d2bb0100000031c9f0480fc70f751e"
                  + "0fbae61a7314"
                  + "31c931d2b8030000000f01d1410fae20410fae28"
                  + "b055e6f4"
                  + "b0aae6f4f4");
  // inc ebx; iretq
  private static final byte[] INT3_HANDLER = HexFormat.of().parseHex("ffc348cf");

  private static final int PORT = 0xf4;
  private static final int RIGHT = 0x55;
  private static final long MEMORY = 2 << 20;
  private static final long CODE = 0x100000;
  private static final long HANDLER = 0x101000;
  private static final long IDT = 0x102000;
  private static final long OPERAND = 0x103000;
  private static final long XSAVE_AREA = 0x104000;
  private static final long CR4_OSFXSR = 1 << 9;
  private static final long CR4_OSXSAVE = 1 << 18;
  private static final int CPUID_XSAVE = 1 << 26;
  private static final int VECTORS = 4;
  // Present, ring 0, 64-bit interrupt gate, in the boot GDT's code segment.
  private static final long GATE = 0x8e00_0008_0000L;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private KvmProbe() {}

  /**
   * @param usable whether guests can be run
   * @param reason a sentence
   */
  public record Verdict(boolean usable, String reason) {}

  /** Asks this host's KVM. Takes milliseconds where it works, at most ten seconds anywhere. */
  public static Verdict run() {
    try (Resources resources = new Resources()) {
      return run(resources);
    } catch (KvmException | ErrnoException | GuestMemoryException | VmmException e) {
      return new Verdict(false, e.getMessage());
    }
  }

  private static Verdict run(Resources resources) {
    GuestMemory memory = resources.add(GuestMemory.allocate(MEMORY));
    KvmSystem kvm = resources.add(KvmSystem.open());
    VmFd vm = resources.add(kvm.createVm());
    MemoryRegion region = memory.regions().get(0);
    vm.setMemoryRegion(0, region.guestAddress(), region.size(), region.hostAddress());
    VcpuFd vcpu = resources.add(vm.createVcpu(0));
    prepare(vcpu, memory, new GuestCpuid(kvm.supportedCpuid(), false).forVcpu(0, 1));
    VmExit exit = execute(vcpu);
    return switch (exit.cause()) {
      case POWER_OFF -> new Verdict(true, KvmSystem.DEVICE + " runs 64-bit guests.");
      case KILLED ->
          new Verdict(
              false,
              KvmSystem.DEVICE + " opens, but a 64-bit guest did not answer in " + LIMIT + ".");
      default ->
          new Verdict(
              false, KvmSystem.DEVICE + " opens, but cannot run a 64-bit guest: " + exit.detail());
    };
  }

  private static void prepare(VcpuFd vcpu, GuestMemory memory, List<CpuidEntry> cpuid) {
    memory.write(CODE, PROGRAM);
    memory.write(HANDLER, INT3_HANDLER);
    memory.writeU64(IDT + 3 * 16, GATE | HANDLER & 0xffff | (HANDLER & 0xffff_0000L) << 32);
    vcpu.setCpuid(cpuid);
    VcpuSetup.longMode(vcpu, memory, CODE, 0);
    vcpu.setRegisters(vcpu.registers().rdi(OPERAND).r8(XSAVE_AREA));
    boolean xsave = cpuid.stream().anyMatch(e -> e.function() == 1 && (e.ecx() & CPUID_XSAVE) != 0);
    SpecialRegisters special = vcpu.specialRegisters();
    special.idt(IDT, VECTORS * 16 - 1);
    special.cr4(special.cr4() | CR4_OSFXSR | (xsave ? CR4_OSXSAVE : 0));
    vcpu.setSpecialRegisters(special);
  }

  private static VmExit execute(VcpuFd vcpu) {
    VcpuLoop[] loop = new VcpuLoop[1];
    PauseGate never = new PauseGate(1);
    Ending ending = new Ending(new ConsoleTail(1));
    ending.onEnd(() -> loop[0].kick());
    Bus ports = new Bus("port");
    ports.register(PORT, 1, answer(ending));
    Bus addresses = new Bus("memory-mapped");
    loop[0] = new VcpuLoop(vcpu, ports, addresses, ending, never, () -> {}, () -> {});
    Thread thread = new Thread(loop[0], "kvm-probe");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      thread.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    ending.end(ExitCause.KILLED, "The probe was given up.");
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ending.exit();
  }

  private static BusDevice answer(Ending ending) {
    return new BusDevice() {
      @Override
      public long read(long offset, int width) {
        return 0;
      }

      @Override
      public void write(long offset, int width, long value) {
        if (value == RIGHT) {
          ending.end(ExitCause.POWER_OFF, "The guest answered.");
        } else {
          ending.end(ExitCause.KVM_ERROR, "its instructions gave wrong results.");
        }
      }
    };
  }
}
