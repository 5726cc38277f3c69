package launch

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
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
	program := os.Args[2:]
	join, err := plan.apply()
	if err != nil {
		fail(ExitAgent, err.Error())
	}
	paths, environment := candidates(program[0]), os.Environ()
	closeOnExec()
	defaultSignals()
	unlimit := limitData(plan.Data)
	if err := join(); err != nil {
		fail(ExitAgent, err.Error())
	}
	began()
	err = execute(paths, program, environment)
	unlimit()
	code := ExitNotExecutable
	if err == syscall.ENOENT || err == syscall.ENOTDIR {
		code = ExitNotFound
	}
	fail(code, fmt.Sprintf("The program %.200s could not be started: %v.", program[0], err))
}

// execute replaces this process.
func execute(paths, program, environment []string) error {
	var err error = syscall.ENOENT
	for _, path := range paths {
		failure := syscall.Exec(path, program, environment)
		if failure != syscall.ENOENT && failure != syscall.ENOTDIR {
			return failure
		}
		err = failure
	}
	return err
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
