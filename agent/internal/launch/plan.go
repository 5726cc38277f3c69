// Package launch is the short life of a process between the agent's fork and the program's execve.
//
// The agent starts itself again under the name Argv0. That child gives up every right, joins the
// program's cgroup, and becomes the program. What a fork in the agent could not do safely between fork
// and execve is done here, in a process of its own. Nothing else of the agent runs in it.
package launch

import (
	"encoding/json"
	"syscall"
)

// Argv0 is the name under which the agent's binary becomes a program.
const Argv0 = "cloude-exec"

// ReportFD is the descriptor of the launch's report. A successful execve closes it, so a report that
// ends without a failure means that the program runs.
const ReportFD = 3

// Exit codes for programs that could not be started, as shells use them.
const (
	ExitNotExecutable = 126
	ExitNotFound      = 127
	// ExitAgent means that the agent failed, not the program.
	ExitAgent = 125
)

// Resource is a resource limit's number in setrlimit(2).
type Resource int

// The resources that a plan may limit.
const (
	CPUSeconds Resource = syscall.RLIMIT_CPU
	FileSize   Resource = syscall.RLIMIT_FSIZE
	Stack      Resource = syscall.RLIMIT_STACK
	Core       Resource = syscall.RLIMIT_CORE
	OpenFiles  Resource = syscall.RLIMIT_NOFILE
	// Processes counts those of the user, and their threads; no limit holds for root.
	Processes Resource = 6
)

// Plan is what the child must do before execve.
type Plan struct {
	// Cgroup is the cgroup.procs file of the group to join; empty for none.
	Cgroup string `json:"cgroup"`
	// UID is the user and group to become; 0 stays root.
	UID int `json:"uid"`
	// Limits are those of each process. What is not in it stays as it is.
	Limits map[Resource]uint64 `json:"limits"`
	// Data bounds the private memory that a process may write to, in bytes; 0 for no limit. Unlike an
	// address space it leaves out what is only reserved.
	Data uint64 `json:"data,omitempty"`
}

// Argv gives the child's arguments. The program follows the plan, so that its own arguments meet the
// same limits as in a direct execve.
func (p Plan) Argv(program []string) []string {
	encoded, err := json.Marshal(p)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return append([]string{Argv0, string(encoded)}, program...)
}
