package dev.cloude.vmm.kvm;

import dev.cloude.vmm.libc.NativeBlock;

/** General registers ({@code struct kvm_regs}), the ones that matter at entry. */
public final class Registers {
  private final NativeBlock block = new NativeBlock(144);

  public Registers() {
    // Bit 1 is always set.
    rflags(2);
  }

  public long rax() {
    return block.bytes().getLong(0);
  }

  public long rbx() {
    return block.bytes().getLong(8);
  }

  public long rip() {
    return block.bytes().getLong(128);
  }

  public Registers rbx(long value) {
    return put(8, value);
  }

  public Registers rcx(long value) {
    return put(16, value);
  }

  public Registers rdx(long value) {
    return put(24, value);
  }

  public Registers rsi(long value) {
    return put(32, value);
  }

  public Registers rdi(long value) {
    return put(40, value);
  }

  public Registers rsp(long value) {
    return put(48, value);
  }

  public Registers rbp(long value) {
    return put(56, value);
  }

  public Registers r8(long value) {
    return put(64, value);
  }

  public Registers rip(long value) {
    return put(128, value);
  }

  public Registers rflags(long value) {
    return put(136, value);
  }

  NativeBlock block() {
    return block;
  }

  private Registers put(int offset, long value) {
    block.bytes().putLong(offset, value);
    return this;
  }
}
