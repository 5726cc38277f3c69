// Package launch is the short life of a process between the agent's fork and the program's execve.
//
// The agent starts itself again under the name Argv0. That child joins the program's cgroup, gives up
// every right, and becomes the program. What a fork in the agent could not do safely between fork and
// execve is done here, in a process of its own. Nothing else of the agent runs in it.
package launch

import (
	"encoding/json"
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

// Plan is what the child must do before execve.
type Plan struct {
	// Cgroup is the cgroup.procs file of the group to join; empty for none.
	Cgroup string `json:"cgroup"`
	// UID is the user and group to become; 0 stays root.
	UID int `json:"uid"`
	// Processes is the limit of processes and threads of that user; no limit holds for root.
	Processes uint64 `json:"processes"`
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
