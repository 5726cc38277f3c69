package launch

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// apply gives up what the program must not have. Its cgroup is only opened: it is joined last.
func (p Plan) apply() (join func() syscall.Errno, err error) {
	syscall.Umask(0o022)
	// The agent is exempt from the OOM killer; what it starts is the first to go.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	join = func() syscall.Errno { return 0 }
	if p.Cgroup != "" {
		if join, err = joining(p.Cgroup); err != nil {
			return nil, err
		}
	}
	for resource, limit := range p.Limits {
		if resource == Processes {
			continue
		}
		if err := lower(resource, limit); err != nil {
			return nil, err
		}
	}
	if p.UID != 0 {
		if err := become(p.UID); err != nil {
			return nil, fmt.Errorf("The launch could not become user %d: %v.", p.UID, err)
		}
	}
	// After the change of user: execve would refuse a user that was above its limit at the change, and
	// until then the threads of this process count as its own.
	if limit, limited := p.Limits[Processes]; limited {
		if err := lower(Processes, limit); err != nil {
			return nil, err
		}
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return nil, fmt.Errorf("The launch could not set no_new_privs: %v.", errno)
	}
	return join, nil
}

// joining opens the file with the rights of now. It is written to just before execve, so that nothing of
// the launch, its memory, time and threads, is counted as the program's, or meets the program's limits.
func joining(procs string) (func() syscall.Errno, error) {
	file, err := syscall.Open(procs, syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("The launch could not open its cgroup %s: %v.", procs, err)
	}
	self := []byte("0")
	return func() syscall.Errno {
		// SAFETY: the kernel reads the bytes of self and writes nothing.
		_, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(file), uintptr(unsafe.Pointer(&self[0])), uintptr(len(self)))
		return errno
	}, nil
}

// lower sets a limit, and what is left of it when the hard limit that is there already is lower and this
// process may not raise it.
func lower(resource Resource, limit uint64) error {
	hard := limit
	if resource == CPUSeconds {
		hard++ // SIGXCPU first, SIGKILL a second later
	}
	err := syscall.Setrlimit(int(resource), &syscall.Rlimit{Cur: limit, Max: hard})
	if err == syscall.EPERM {
		var now syscall.Rlimit
		if err = syscall.Getrlimit(int(resource), &now); err == nil {
			if limit > now.Max {
				limit = now.Max
			}
			err = syscall.Setrlimit(int(resource), &syscall.Rlimit{Cur: limit, Max: now.Max})
		}
	}
	if err != nil {
		return fmt.Errorf("The launch could not set resource limit %d to %d: %v.", resource, limit, err)
	}
	return nil
}

// limitData is for the moment before execve: the Go runtime would meet the limit first. So the limit is a
// soft one, which can be taken back when there is still something to say.
func limitData(limit uint64) (undo func()) {
	var before syscall.Rlimit
	if limit == 0 || syscall.Getrlimit(syscall.RLIMIT_DATA, &before) != nil || before.Cur < limit {
		return func() {}
	}
	set := func(wanted syscall.Rlimit) {
		// SAFETY: the kernel reads one struct rlimit and writes nothing.
		_, _, _ = syscall.RawSyscall(syscall.SYS_SETRLIMIT, syscall.RLIMIT_DATA, uintptr(unsafe.Pointer(&wanted)), 0)
	}
	set(syscall.Rlimit{Cur: limit, Max: before.Max})
	return func() { set(before) }
}

func become(uid int) error {
	if err := syscall.Setgroups([]int{}); err != nil {
		return err
	}
	if err := syscall.Setresgid(uid, uid, uid); err != nil {
		return err
	}
	return syscall.Setresuid(uid, uid, uid)
}

// closeOnExec keeps every descriptor above standard error from the program, also those that the
// agent's own parent left open.
func closeOnExec() {
	_, _, errno := syscall.RawSyscall(sysCloseRange, ReportFD, ^uintptr(0)>>32, closeRangeCloexec)
	if errno == 0 {
		return
	}
	// Kernels before 5.11.
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range entries {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd >= ReportFD {
			syscall.CloseOnExec(fd)
		}
	}
}

// defaultSignals undoes what the Go runtime, or whoever started the agent, did to dispositions and
// mask: both survive execve when ignored or blocked.
func defaultSignals() {
	var defaults struct{ handler, flags, restorer, mask uint64 }
	for signal := uintptr(1); signal <= signals; signal++ {
		// SAFETY: the kernel reads one struct kernel_sigaction (32 bytes on 64-bit) and writes nothing.
		// SIGKILL, SIGSTOP fail with EINVAL, as they should.
		_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, signal,
			uintptr(unsafe.Pointer(&defaults)), 0, unsafe.Sizeof(defaults.mask), 0, 0)
	}
	var none uint64
	const setMask = 2
	// SAFETY: the kernel reads the eight bytes of the new mask and writes nothing.
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask,
		uintptr(unsafe.Pointer(&none)), 0, unsafe.Sizeof(none), 0, 0)
}
