package process

import (
	"os"
	"syscall"
	"time"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/launch"
)

// killDeadline bounds the wait for killed processes to be gone. Only a process stuck in the kernel takes
// longer, and nothing in user space can do more about it.
const killDeadline = 5 * time.Second

// KillAll kills a program with everything it left behind, and returns when nothing of it is left, or
// false when something still was after the deadline. The group is nil where cgroups cannot be had.
//
// A cgroup finds everything an ordinary user started. Root may have left its cgroup, and without one
// there is none to ask: then everything that descends from the agent goes.
func (t *Table) KillAll(child *Child, group *cgroup.Group, uid int) bool {
	deadline := time.Now().Add(killDeadline)
	t.Signal(child, syscall.SIGKILL)
	gone := true
	if group != nil {
		gone = group.KillAll(deadline)
	}
	if group == nil || uid == 0 || !gone {
		gone = t.killDescendants(uid, deadline)
	}
	select {
	case <-child.Done():
		return gone
	case <-time.After(time.Until(deadline)):
		return false
	}
}

func (t *Table) killDescendants(uid int, deadline time.Time) bool {
	for pause := time.Millisecond; ; pause = longer(pause) {
		if len(t.killEach()) == 0 {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		switch {
		case os.Getpid() == 1:
			// From the first process this means everybody else, in one step that no fork can outrun.
			_ = syscall.Kill(-1, syscall.SIGKILL)
		case uid != 0:
			t.sweep(uid, deadline)
		}
		time.Sleep(pause)
		t.Reap()
	}
}

// killEach kills every living descendant of the agent and gives their pids. The lock keeps the agent's
// own children from being reaped, and their pids from being reused, between look and kill.
func (t *Table) killEach() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []int
	for pid, s := range descendants(os.Getpid()) {
		if s.living() {
			found = append(found, pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	return found
}

func (t *Table) sweep(uid int, deadline time.Time) {
	sweeper, err := t.Start(launch.SweepArgv(uid), &syscall.ProcAttr{Env: []string{}})
	if err != nil {
		return // out of processes or memory: killEach has made room for the next try
	}
	select {
	case <-sweeper.Done():
	case <-time.After(time.Until(deadline)):
		t.Signal(sweeper, syscall.SIGKILL)
	}
}

func longer(pause time.Duration) time.Duration {
	if pause < 20*time.Millisecond {
		return pause * 2
	}
	return pause
}
