package dev.cloude.vmm.confine;

import dev.cloude.vmm.vhost.VhostIoctl;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which system calls a process that runs one VM may still make: all but those by which it could
 * start programs, reach other processes, get rights, names or sockets, or change the host. A Java
 * VM needs too many calls for a list of what is allowed; of those on devices only what a running VM
 * needs is left.
 */
final class SystemCallFilter {
  // linux/seccomp.h
  static final int ALLOW = 0x7fff_0000;
  static final int KILL_PROCESS = 0x8000_0000;
  static final int REFUSE = 0x0005_0000 | 1; // EPERM
  static final int UNKNOWN = 0x0005_0000 | 38; // ENOSYS

  static final int AUDIT_ARCH_X86_64 = 0xc000_003e;

  /** {@code __X32_SYSCALL_BIT}: the same calls under other numbers. */
  static final int X32 = 0x4000_0000;

  // linux/sched.h
  private static final int CLONE_THREAD = 0x0001_0000;
  private static final int CLONE_NAMESPACES = 0x7e02_0080;
  // linux/kvm.h
  private static final int IOCTL_TYPE = 0xff00;
  private static final int KVM_TYPE = 0xae00;
  // asm/ioctls.h: what the Java library asks of pipes; linux/if_tun.h: what a driver may change.
  private static final int TCGETS = 0x5401;
  private static final int FIONREAD = 0x541b;
  private static final int TUNSETOFFLOAD = 0x4004_54d0;
  private static final int TUNSETVNETHDRSZ = 0x4004_54d8;
  // What a driver's reset and start bring about, and a pause; the rest is done by then.
  private static final List<VhostIoctl> VHOST =
      List.of(
          VhostIoctl.SET_FEATURES,
          VhostIoctl.SET_VRING_NUM,
          VhostIoctl.SET_VRING_ADDR,
          VhostIoctl.SET_VRING_BASE,
          VhostIoctl.GET_VRING_BASE,
          VhostIoctl.NET_SET_BACKEND);
  // linux/prctl.h: names of threads.
  private static final int PR_SET_NAME = 15;
  private static final int PR_GET_NAME = 16;

  private static final Set<SystemCall> BY_ARGUMENT =
      EnumSet.of(
          SystemCall.IOCTL,
          SystemCall.CLONE,
          SystemCall.CLONE3,
          SystemCall.KILL,
          SystemCall.TGKILL,
          SystemCall.RT_SIGQUEUEINFO,
          SystemCall.RT_TGSIGQUEUEINFO,
          SystemCall.PRCTL,
          SystemCall.PRLIMIT64);

  private SystemCallFilter() {}

  /**
   * The program for a process.
   *
   * @param process its id: the only one it may send signals to
   */
  static byte[] forProcess(int process) {
    FilterProgram program =
        new FilterProgram()
            .load(FilterProgram.ARCHITECTURE)
            .answerUnlessEqual(AUDIT_ARCH_X86_64, KILL_PROCESS)
            .load(FilterProgram.NUMBER)
            .answerIfAtLeast(X32, REFUSE)
            .when(SystemCall.IOCTL, ioctl())
            .when(SystemCall.CLONE, threads())
            // Its flags lie in memory, where no filter sees them; the C library then uses clone.
            .when(SystemCall.CLONE3, new FilterProgram().answer(UNKNOWN))
            .when(SystemCall.KILL, onlyTo(process))
            .when(SystemCall.TGKILL, onlyTo(process))
            .when(SystemCall.RT_SIGQUEUEINFO, onlyTo(process))
            .when(SystemCall.RT_TGSIGQUEUEINFO, onlyTo(process))
            .when(SystemCall.PRCTL, threadNames())
            .when(SystemCall.PRLIMIT64, ownLimits(process));
    for (SystemCall call : EnumSet.complementOf(EnumSet.copyOf(BY_ARGUMENT))) {
      program.answerIfEqual(call.number(), REFUSE);
    }
    return program.answer(ALLOW).bytes();
  }

  // The kernel takes 32 bits for the request.
  private static FilterProgram ioctl() {
    FilterProgram program =
        new FilterProgram()
            .load(FilterProgram.low(1))
            .answerIfEqual(TCGETS, ALLOW)
            .answerIfEqual(FIONREAD, ALLOW)
            .answerIfEqual(TUNSETOFFLOAD, ALLOW)
            .answerIfEqual(TUNSETVNETHDRSZ, ALLOW);
    for (VhostIoctl request : VHOST) {
      program.answerIfEqual((int) request.request(), ALLOW);
    }
    return program.and(IOCTL_TYPE).answerIfEqual(KVM_TYPE, ALLOW).answer(REFUSE);
  }

  private static FilterProgram threads() {
    return new FilterProgram()
        .load(FilterProgram.low(0))
        .answerUnlessAnyBit(CLONE_THREAD, REFUSE)
        .answerIfAnyBit(CLONE_NAMESPACES, REFUSE)
        .answer(ALLOW);
  }

  private static FilterProgram onlyTo(int process) {
    return new FilterProgram()
        .load(FilterProgram.low(0))
        .answerIfEqual(process, ALLOW)
        .answer(REFUSE);
  }

  private static FilterProgram threadNames() {
    return new FilterProgram()
        .load(FilterProgram.low(0))
        .answerIfEqual(PR_SET_NAME, ALLOW)
        .answerIfEqual(PR_GET_NAME, ALLOW)
        .answer(REFUSE);
  }

  // To be read, not to be set, and of no other process.
  private static FilterProgram ownLimits(int process) {
    return new FilterProgram()
        .load(FilterProgram.low(2))
        .answerUnlessEqual(0, REFUSE)
        .load(FilterProgram.high(2))
        .answerUnlessEqual(0, REFUSE)
        .load(FilterProgram.low(0))
        .answerIfEqual(0, ALLOW)
        .answerIfEqual(process, ALLOW)
        .answer(REFUSE);
  }
}
