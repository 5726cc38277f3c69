package launch

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Numbers that the syscall package lacks; linux/prctl.h, linux/close_range.h, asm/unistd.h.
const (
	sysCloseRange     = 436
	closeRangeCloexec = 4
	prSetNoNewPrivs   = 38
	rlimitNproc       = 6
	signals           = 64
	openFiles         = 4096
)

// Main runs the launch: os.Args is Argv0, the plan, the program and its arguments. It does not return.
func Main() {
	// The signal mask and no_new_privs belong to the thread that calls execve.
	runtime.LockOSThread()
	var plan Plan
	if len(os.Args) < 3 {
		fail(ExitAgent, "The launch has no program.")
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &plan); err != nil {
		fail(ExitAgent, "The launch has no plan: "+err.Error()+".")
	}
	program := os.Args[2:]
	if err := plan.apply(); err != nil {
		fail(ExitAgent, err.Error())
	}
	err := execute(program)
	code := ExitNotExecutable
	if err == syscall.ENOENT || err == syscall.ENOTDIR {
		code = ExitNotFound
	}
	fail(code, fmt.Sprintf("The program %.200s could not be started: %v.", program[0], err))
}

func (p Plan) apply() error {
	syscall.Umask(0o022)
	// The agent is exempt from the OOM killer; what it starts is the first to go.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	if p.Cgroup != "" {
		if err := os.WriteFile(p.Cgroup, []byte("0"), 0); err != nil {
			return fmt.Errorf("The launch could not join its cgroup: %v.", err)
		}
	}
	for resource, limit := range map[int]uint64{
		syscall.RLIMIT_CORE:   0,
		syscall.RLIMIT_NOFILE: openFiles,
		rlimitNproc:           p.Processes,
	} {
		if resource == rlimitNproc && limit == 0 {
			continue
		}
		if err := lower(resource, limit); err != nil {
			return fmt.Errorf("The launch could not set resource limit %d to %d: %v.", resource, limit, err)
		}
	}
	if p.UID != 0 {
		if err := become(p.UID); err != nil {
			return fmt.Errorf("The launch could not become user %d: %v.", p.UID, err)
		}
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("The launch could not set no_new_privs: %v.", errno)
	}
	return nil
}

// lower never asks for more than the hard limit that is there already: without CAP_SYS_RESOURCE that
// would fail.
func lower(resource int, limit uint64) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(resource, &now); err != nil {
		return err
	}
	if now.Max < limit {
		limit = now.Max
	}
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit})
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

// execute replaces this process. A name without a slash is looked up in the program's own PATH.
func execute(program []string) error {
	closeOnExec()
	defaultSignals()
	message{BeganUnixNano: time.Now().UnixNano()}.send()
	var err error = syscall.ENOENT
	for _, path := range candidates(program[0]) {
		failure := syscall.Exec(path, program, os.Environ())
		if failure != syscall.ENOENT && failure != syscall.ENOTDIR {
			return failure
		}
		err = failure
	}
	return err
}

func candidates(name string) []string {
	if strings.Contains(name, "/") {
		return []string{name}
	}
	var paths []string
	for _, folder := range strings.Split(os.Getenv("PATH"), ":") {
		if strings.HasPrefix(folder, "/") {
			paths = append(paths, folder+"/"+name)
		}
	}
	return paths
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
