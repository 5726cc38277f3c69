package dev.cloude.vmm.confine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.vhost.VhostIoctl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemCallFilterTest {
  private static final int PROCESS = 4711;
  // linux/audit.h
  private static final int AUDIT_ARCH_I386 = 0x4000_0003;

  private final byte[] program = SystemCallFilter.forProcess(PROCESS);
  private final FilterMachine filter = new FilterMachine(program);

  private int answer(int number, long... arguments) {
    return filter.answer(SystemCallFilter.AUDIT_ARCH_X86_64, number, arguments);
  }

  @Test
  void isNoLongerThanTheKernelTakes() {
    assertThat(program.length / 8).isBetween(100, 4096);
  }

  /** Numbers from asm/unistd_64.h, apart from the table that the filter is made from. */
  @ParameterizedTest
  @CsvSource({
    "execve, 59",
    "execveat, 322",
    "fork, 57",
    "vfork, 58",
    "ptrace, 101",
    "process_vm_readv, 310",
    "process_vm_writev, 311",
    "mount, 165",
    "umount2, 166",
    "pivot_root, 155",
    "chroot, 161",
    "move_mount, 429",
    "fsopen, 430",
    "fsconfig, 431",
    "fsmount, 432",
    "fspick, 433",
    "open_tree, 428",
    "mount_setattr, 442",
    "kexec_load, 246",
    "kexec_file_load, 320",
    "bpf, 321",
    "init_module, 175",
    "finit_module, 313",
    "delete_module, 176",
    "keyctl, 250",
    "add_key, 248",
    "request_key, 249",
    "open_by_handle_at, 304",
    "name_to_handle_at, 303",
    "unshare, 272",
    "setns, 308",
    "socket, 41",
    "socketpair, 53",
    "connect, 42",
    "bind, 49",
    "perf_event_open, 298",
    "userfaultfd, 323",
    "io_uring_setup, 425",
    "io_uring_enter, 426",
    "io_uring_register, 427",
    "reboot, 169",
    "swapon, 167",
    "swapoff, 168",
    "setuid, 105",
    "setresuid, 117",
    "capset, 126",
    "seccomp, 317",
    "pidfd_open, 434",
    "pidfd_getfd, 438",
    "memfd_create, 319",
    "tkill, 200",
    "setrlimit, 160",
    "unlink, 87",
    "unlinkat, 263",
    "mknodat, 259"
  })
  void refuses(String name, int number) {
    assertThat(answer(number)).as(name).isEqualTo(SystemCallFilter.REFUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "read, 0",
    "write, 1",
    "openat, 257",
    "close, 3",
    "mmap, 9",
    "mprotect, 10",
    "munmap, 11",
    "rt_sigaction, 13",
    "rt_sigprocmask, 14",
    "readv, 19",
    "writev, 20",
    "sched_yield, 24",
    "madvise, 28",
    "getpid, 39",
    "exit, 60",
    "futex, 202",
    "epoll_wait, 232",
    "exit_group, 231",
    "getrandom, 318",
    "clock_nanosleep, 230",
    "rt_sigtimedwait, 128",
    "rseq, 334",
    "membarrier, 324",
    "timerfd_settime, 286",
    "eventfd2, 290",
    "a call of the future, 500"
  })
  void allows(String name, int number) {
    assertThat(answer(number)).as(name).isEqualTo(SystemCallFilter.ALLOW);
  }

  @Test
  void killsWhatCallsByAnotherArchitecturesNumbers() {
    assertThat(filter.answer(AUDIT_ARCH_I386, 0)).isEqualTo(SystemCallFilter.KILL_PROCESS);
    assertThat(filter.answer(0, 0)).isEqualTo(SystemCallFilter.KILL_PROCESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 59, 520, 0x3fff_ffff})
  void refusesEveryCallOfX32(int number) {
    assertThat(answer(SystemCallFilter.X32 | number)).isEqualTo(SystemCallFilter.REFUSE);
    assertThat(answer(0x8000_0000 | number)).isEqualTo(SystemCallFilter.REFUSE);
  }

  @Test
  void threadsMayBeMadeAndProcessesNot() {
    // What glibc asks for in pthread_create.
    int thread = 0x3d0f00;
    assertThat(answer(56, thread)).isEqualTo(SystemCallFilter.ALLOW);
    assertThat(answer(56, 17)).as("SIGCHLD alone").isEqualTo(SystemCallFilter.REFUSE);
    assertThat(answer(56, 0x4111)).as("vfork").isEqualTo(SystemCallFilter.REFUSE);
    for (int namespace :
        new int[] {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000}) {
      assertThat(answer(56, thread | namespace)).isEqualTo(SystemCallFilter.REFUSE);
    }
    assertThat(answer(435)).as("clone3").isEqualTo(SystemCallFilter.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"kill, 62", "tgkill, 234", "rt_sigqueueinfo, 129", "rt_tgsigqueueinfo, 297"})
  void signalsReachOnlyTheProcessItself(String name, int number) {
    assertThat(answer(number, PROCESS)).as(name).isEqualTo(SystemCallFilter.ALLOW);
    for (long other : new long[] {0, -1, 1, PROCESS + 1, -PROCESS}) {
      assertThat(answer(number, other)).as(name).isEqualTo(SystemCallFilter.REFUSE);
    }
  }

  @Test
  void devicesAreAskedForNothingButWhatARunningVmNeeds() {
    for (long allowed : new long[] {0xae80, 0x4020_aed2L, 0xc008_ae67L, 0x541b, 0x4004_54d0L}) {
      assertThat(answer(16, 5, allowed)).isEqualTo(SystemCallFilter.ALLOW);
    }
    // TIOCSTI, TUNSETIFF, TUNSETPERSIST, SIOCSIFHWADDR, FICLONE, FS_IOC_SETFLAGS
    for (long refused :
        new long[] {0x5412, 0x4004_54caL, 0x4004_54cbL, 0x8924, 0x4004_9409L, 0x4008_6602L}) {
      assertThat(answer(16, 5, refused)).isEqualTo(SystemCallFilter.REFUSE);
    }
    assertThat(answer(16, 5, 0x1_0000_5412L))
        .as("the kernel looks at the low half")
        .isEqualTo(SystemCallFilter.REFUSE);
  }

  @Test
  void vhostIsAskedOnlyForWhatADriversStartAndResetAndAPauseNeed() {
    for (VhostIoctl request : VhostIoctl.values()) {
      boolean whileTheGuestRuns =
          switch (request) {
            case SET_FEATURES,
                SET_VRING_NUM,
                SET_VRING_ADDR,
                SET_VRING_BASE,
                GET_VRING_BASE,
                NET_SET_BACKEND ->
                true;
            default -> false;
          };
      assertThat(answer(16, 5, request.request()))
          .as(request.name())
          .isEqualTo(whileTheGuestRuns ? SystemCallFilter.ALLOW : SystemCallFilter.REFUSE);
    }
    // VHOST_SET_LOG_BASE, VHOST_RESET_OWNER, VHOST_SCSI_SET_ENDPOINT
    for (long refused : new long[] {0x4008_af04L, 0xaf02L, 0x40e8_af40L}) {
      assertThat(answer(16, 5, refused)).isEqualTo(SystemCallFilter.REFUSE);
    }
  }

  @Test
  void onlyNamesOfThreadsAreChangedByPrctl() {
    assertThat(answer(157, 15)).isEqualTo(SystemCallFilter.ALLOW);
    for (long option : new long[] {1, 4, 22, 23, 24, 35, 38, 47}) {
      assertThat(answer(157, option)).isEqualTo(SystemCallFilter.REFUSE);
    }
  }

  @Test
  void limitsMayBeReadAndNotSet() {
    assertThat(answer(302, 0, 7, 0, 0x7fff_0000_0000L)).isEqualTo(SystemCallFilter.ALLOW);
    assertThat(answer(302, PROCESS, 7, 0, 1)).isEqualTo(SystemCallFilter.ALLOW);
    assertThat(answer(302, 0, 7, 0x1000, 0)).isEqualTo(SystemCallFilter.REFUSE);
    assertThat(answer(302, 0, 7, 0x7f_0000_0000L, 0)).isEqualTo(SystemCallFilter.REFUSE);
    assertThat(answer(302, 1, 7, 0, 1)).isEqualTo(SystemCallFilter.REFUSE);
  }

  @ParameterizedTest
  @EnumSource(SystemCall.class)
  void everyCallThatIsNamedIsRefusedWithoutArguments(SystemCall call) {
    int answer = answer(call.number());
    if (call == SystemCall.CLONE3) {
      assertThat(answer).isEqualTo(SystemCallFilter.UNKNOWN);
    } else if (call == SystemCall.PRLIMIT64) {
      assertThat(answer).isEqualTo(SystemCallFilter.ALLOW);
    } else {
      assertThat(answer).isEqualTo(SystemCallFilter.REFUSE);
    }
  }
}
