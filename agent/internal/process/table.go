// Package process starts children, reaps every process that becomes the agent's, and kills what a
// program left behind.
package process

import (
	"sync"
	"syscall"
	"time"
)

const (
	waitAll             = 0x40000000 // __WALL, linux/wait.h
	prSetChildSubreaper = 36         // linux/prctl.h
	executable          = "/proc/self/exe"
)

// Result is how a child ended.
type Result struct {
	Status syscall.WaitStatus
	Usage  syscall.Rusage
	At     time.Time
}

// Child is a process that Table.Start made.
type Child struct {
	PID    int
	done   chan struct{}
	result Result
}

// Done is closed when the child was reaped.
func (c *Child) Done() <-chan struct{} {
	return c.done
}

// Result is valid once Done is closed.
func (c *Child) Result() Result {
	return c.result
}

// Table knows the agent's own children. It is the only place that waits: whoever waits for any process
// (which the adopted ones need) would take another waiter's result.
type Table struct {
	// mu is held from fork until the child is in the map, while reaping, and while signalling by pid, so
	// that a pid is never reaped, and so never reused, in between.
	mu       sync.Mutex
	children map[int]*Child
	// reaped is the CPU time of everything reaped so far.
	reaped time.Duration
}

// NewTable makes the agent the parent of everything that its descendants orphan. The caller has Reap
// called at each SIGCHLD.
func NewTable() (*Table, error) {
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0, 0, 0, 0); errno != 0 {
		return nil, errno
	}
	return &Table{children: make(map[int]*Child)}, nil
}

// Start runs the agent's own binary under another name.
func (t *Table) Start(argv []string, attr *syscall.ProcAttr) (*Child, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pid, err := syscall.ForkExec(executable, argv, attr)
	if err != nil {
		return nil, err
	}
	child := &Child{PID: pid, done: make(chan struct{})}
	t.children[pid] = child
	return child, nil
}

// Signal reaches the child only while its pid is its own.
func (t *Table) Signal(c *Child, signal syscall.Signal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.children[c.PID] == c {
		_ = syscall.Kill(c.PID, signal)
	}
}

// Reap collects every child that has ended, adopted ones included.
func (t *Table) Reap() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		var status syscall.WaitStatus
		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG|waitAll, &usage)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid == 0 {
			return
		}
		if !status.Exited() && !status.Signaled() {
			continue // stopped or continued: not an end
		}
		t.reaped += cpuTime(&usage)
		if child, ours := t.children[pid]; ours {
			delete(t.children, pid)
			child.result = Result{Status: status, Usage: usage, At: time.Now()}
			close(child.done)
		}
	}
}
