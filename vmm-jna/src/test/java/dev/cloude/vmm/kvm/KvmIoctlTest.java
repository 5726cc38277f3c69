package dev.cloude.vmm.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KvmIoctlTest {
  /** Printed by a C program with the kernel's headers. */
  private static final Map<KvmIoctl, Long> HEADERS =
      Map.ofEntries(
          Map.entry(KvmIoctl.GET_API_VERSION, 0xAE00L),
          Map.entry(KvmIoctl.CREATE_VM, 0xAE01L),
          Map.entry(KvmIoctl.CHECK_EXTENSION, 0xAE03L),
          Map.entry(KvmIoctl.GET_VCPU_MMAP_SIZE, 0xAE04L),
          Map.entry(KvmIoctl.GET_SUPPORTED_CPUID, 0xC008AE05L),
          Map.entry(KvmIoctl.CREATE_VCPU, 0xAE41L),
          Map.entry(KvmIoctl.SET_USER_MEMORY_REGION, 0x4020AE46L),
          Map.entry(KvmIoctl.SET_TSS_ADDR, 0xAE47L),
          Map.entry(KvmIoctl.SET_IDENTITY_MAP_ADDR, 0x4008AE48L),
          Map.entry(KvmIoctl.CREATE_IRQCHIP, 0xAE60L),
          Map.entry(KvmIoctl.IRQ_LINE, 0x4008AE61L),
          Map.entry(KvmIoctl.IRQFD, 0x4020AE76L),
          Map.entry(KvmIoctl.CREATE_PIT2, 0x4040AE77L),
          Map.entry(KvmIoctl.IOEVENTFD, 0x4040AE79L),
          Map.entry(KvmIoctl.RUN, 0xAE80L),
          Map.entry(KvmIoctl.GET_REGS, 0x8090AE81L),
          Map.entry(KvmIoctl.SET_REGS, 0x4090AE82L),
          Map.entry(KvmIoctl.GET_SREGS, 0x8138AE83L),
          Map.entry(KvmIoctl.SET_SREGS, 0x4138AE84L),
          Map.entry(KvmIoctl.GET_MSRS, 0xC008AE88L),
          Map.entry(KvmIoctl.SET_MSRS, 0x4008AE89L),
          Map.entry(KvmIoctl.SET_SIGNAL_MASK, 0x4004AE8BL),
          Map.entry(KvmIoctl.SET_FPU, 0x41A0AE8DL),
          Map.entry(KvmIoctl.GET_LAPIC, 0x8400AE8EL),
          Map.entry(KvmIoctl.SET_LAPIC, 0x4400AE8FL),
          Map.entry(KvmIoctl.SET_CPUID2, 0x4008AE90L),
          Map.entry(KvmIoctl.GET_MP_STATE, 0x8004AE98L),
          Map.entry(KvmIoctl.KVMCLOCK_CTRL, 0xAEADL));

  @Test
  void numbersAreThoseOfTheHeaders() {
    for (KvmIoctl request : KvmIoctl.values()) {
      assertThat(request.request()).as(request.name()).isEqualTo(HEADERS.get(request));
    }
  }
}
