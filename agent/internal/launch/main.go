package launch

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

// Numbers that the syscall package lacks; linux/prctl.h, linux/close_range.h, asm/unistd.h.
const (
	sysCloseRange     = 436
	closeRangeCloexec = 4
	prSetNoNewPrivs   = 38
	signals           = 64
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
	join, err := plan.apply()
	if err != nil {
		fail(ExitAgent, err.Error())
	}
	program, err := newImage(os.Args[2:])
	if err != nil {
		fail(ExitNotExecutable, fmt.Sprintf("The program %.200s could not be started: %v.", os.Args[2], err))
	}
	closeOnExec()
	defaultSignals()
	unlimit := limitData(plan.Data)
	// From here to execve the program's limits hold for the Go runtime too: nothing may be allocated, and
	// only raw system calls let it start no thread.
	if errno := join(); errno != 0 {
		unlimit()
		fail(ExitAgent, fmt.Sprintf("The launch could not join its cgroup %s: %v.", plan.Cgroup, errno))
	}
	began()
	errno := program.execute()
	unlimit()
	code := ExitNotExecutable
	if errno == syscall.ENOENT || errno == syscall.ENOTDIR {
		code = ExitNotFound
	}
	fail(code, fmt.Sprintf("The program %.200s could not be started: %v.", os.Args[2], errno))
}

// image is what execve wants, as the kernel wants it.
type image struct {
	paths     []*byte
	arguments []*byte
	variables []*byte
}

// newImage fails only when a word has a NUL in it.
func newImage(program []string) (image, error) {
	var i image
	for _, path := range candidates(program[0]) {
		pointer, err := syscall.BytePtrFromString(path)
		if err != nil {
			return i, err
		}
		i.paths = append(i.paths, pointer)
	}
	var err error
	if i.arguments, err = syscall.SlicePtrFromStrings(program); err != nil {
		return i, err
	}
	i.variables, err = syscall.SlicePtrFromStrings(os.Environ())
	return i, err
}

// execute replaces this process with the first file that there is, and gives the reason when none could.
func (i image) execute() syscall.Errno {
	errno := syscall.ENOENT
	for _, path := range i.paths {
		// SAFETY: the kernel reads NUL-terminated strings, and two lists of pointers to such that end with nil.
		_, _, failure := syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)),
			uintptr(unsafe.Pointer(&i.arguments[0])), uintptr(unsafe.Pointer(&i.variables[0])))
		errno = failure
		if failure != syscall.ENOENT && failure != syscall.ENOTDIR {
			break
		}
	}
	return errno
}

// candidates gives the files that a name may mean. One without a slash is looked up in the program's own
// PATH.
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
