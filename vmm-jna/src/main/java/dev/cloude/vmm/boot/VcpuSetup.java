package dev.cloude.vmm.boot;

import dev.cloude.vmm.kvm.Registers;
import dev.cloude.vmm.kvm.SpecialRegisters;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.memory.GuestMemory;

/** Registers at the first instruction. */
public final class VcpuSetup {
  private static final long CR0_PE = 1;
  private static final long CR0_ET = 0x10;
  private static final long CR0_PG = 0x8000_0000L;
  private static final long CR4_PAE = 0x20;
  private static final long EFER_LME_LMA = 0x500;

  private static final int MISC_ENABLE = 0x1a0;
  private static final int FAST_STRINGS = 1;
  private static final int MTRR_DEF_TYPE = 0x2ff;
  private static final int MTRR_ENABLED_WRITE_BACK = 0x806;
  // SYSENTER_CS, _ESP, _EIP, STAR, LSTAR, CSTAR, SYSCALL_MASK, KERNEL_GS_BASE, TSC.
  private static final int[] ZEROED = {
    0x174, 0x175, 0x176, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000102, 0x10
  };

  private VcpuSetup() {}

  /**
   * What every vCPU has, also those that wait for their start by another. A model-specific register
   * that the host's KVM does not know keeps its reset value: none of these is needed for a boot.
   * After CPUID has been set.
   */
  public static void common(VcpuFd vcpu) {
    for (int msr : ZEROED) {
      vcpu.setMsr(msr, 0);
    }
    vcpu.setMsr(MISC_ENABLE, FAST_STRINGS);
    vcpu.setMsr(MTRR_DEF_TYPE, MTRR_ENABLED_WRITE_BACK);
    vcpu.setFpu(0x37f, 0x1f80);
    vcpu.wireLocalApic();
  }

  /** Long mode with the first 4 GiB mapped onto themselves; interrupts off. */
  public static void longMode(VcpuFd vcpu, GuestMemory memory, long entry, long rsi) {
    BootTables.writePageTables(memory);
    SpecialRegisters special = vcpu.specialRegisters();
    BootTables.writeSegments(memory, special, BootTables.CODE_64, BootTables.TSS_64, 0xfffff);
    special
        .cr3(GuestLayout.PML4)
        .cr4(special.cr4() | CR4_PAE)
        .cr0(special.cr0() | CR0_PE | CR0_PG)
        .efer(special.efer() | EFER_LME_LMA);
    vcpu.setSpecialRegisters(special);
    vcpu.setRegisters(
        new Registers()
            .rip(entry)
            .rsi(rsi)
            .rsp(GuestLayout.BOOT_STACK)
            .rbp(GuestLayout.BOOT_STACK));
  }

  /** 32-bit protected mode without paging, as PVH wants it; interrupts off. */
  public static void protectedMode(VcpuFd vcpu, GuestMemory memory, long entry, long rbx) {
    SpecialRegisters special = vcpu.specialRegisters();
    BootTables.writeSegments(memory, special, BootTables.CODE_32, BootTables.TSS_32, 0x67);
    special.cr0(CR0_PE | CR0_ET).cr4(0).efer(0);
    vcpu.setSpecialRegisters(special);
    vcpu.setRegisters(new Registers().rip(entry).rbx(rbx));
  }
}
