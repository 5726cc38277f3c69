package launch

import (
	"os"
	"strconv"
	"syscall"
)

// SweepArgv0 is the name under which the agent's binary kills all processes of a user.
const SweepArgv0 = "cloude-sweep"

// SweepArgv gives the arguments for a sweep of this user's processes.
func SweepArgv(uid int) []string {
	return []string{SweepArgv0, strconv.Itoa(uid)}
}

// Sweep runs the sweep. One kill(-1) is enough: the kernel delivers it under the lock that every fork
// needs to add its child, and a fork with a signal pending fails.
//
// Its effective user is the one to kill, so that the kernel limits the sweep to that user; its real and
// saved user is another one, so that nothing of that user may kill the sweep. It does not return.
func Sweep() {
	if len(os.Args) != 2 {
		os.Exit(ExitAgent)
	}
	uid, err := strconv.Atoi(os.Args[1])
	if err != nil || uid <= 0 {
		os.Exit(ExitAgent)
	}
	if syscall.Setresuid(uid+1, uid, uid+1) != nil {
		os.Exit(ExitAgent)
	}
	if syscall.Kill(-1, syscall.SIGKILL) != nil {
		os.Exit(ExitAgent)
	}
	os.Exit(0)
}
