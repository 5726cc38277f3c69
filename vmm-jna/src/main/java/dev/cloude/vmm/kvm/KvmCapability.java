package dev.cloude.vmm.kvm;

/** The extensions this monitor asks for, with their numbers in {@code linux/kvm.h}. */
public enum KvmCapability {
  IRQCHIP(0, true),
  USER_MEMORY(3, true),
  SET_TSS_ADDR(4, true),
  EXT_CPUID(7, true),
  IRQFD(32, true),
  PIT2(33, true),
  IOEVENTFD(36, true),
  IMMEDIATE_EXIT(136, true),
  MAX_VCPUS(66, false),
  TSC_DEADLINE_TIMER(72, false);

  private final int number;
  private final boolean required;

  KvmCapability(int number, boolean required) {
    this.number = number;
    this.required = required;
  }

  int number() {
    return number;
  }

  /** Whether no guest can run without it. */
  public boolean required() {
    return required;
  }
}
