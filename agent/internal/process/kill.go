package process

import (
	"os"
	"strconv"
	"strings"
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
	found := descendants(os.Getpid())
	for _, pid := range found {
		_ = syscall.Kill(pid, syscall.SIGKILL)
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

// descendants lists the living processes below a process, without zombies, which only wait to be
// reaped.
func descendants(of int) []int {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1)
	parents := make(map[int]int, len(names))
	living := make(map[int]bool, len(names))
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if parent, state, ok := parentOf(name); ok {
			parents[pid] = parent
			living[pid] = state != "Z" && state != "X"
		}
	}
	var found []int
	for pid := range parents {
		above := parents[pid]
		for steps := 0; above > 1 && above != of && steps < len(parents); steps++ {
			above = parents[above]
		}
		if above == of && living[pid] {
			found = append(found, pid)
		}
	}
	return found
}

// parentOf reads /proc/pid/stat: "pid (name) state parent …", where the name may hold anything.
func parentOf(pid string) (parent int, state string, ok bool) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, "", false
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 2 {
		return 0, "", false
	}
	parent, err = strconv.Atoi(fields[1])
	return parent, fields[0], err == nil
}

func longer(pause time.Duration) time.Duration {
	if pause < 20*time.Millisecond {
		return pause * 2
	}
	return pause
}
