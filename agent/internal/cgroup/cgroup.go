// Package cgroup makes one cgroup (version 2) for each phase of an execution, so that all its processes
// can be found, limited, measured and killed, whatever they do.
package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Parent is a cgroup below which groups may be made.
type Parent struct {
	dir string
}

// Group is the cgroup of one phase.
type Group struct {
	dir string
}

// GuestMount is where the agent mounts the hierarchy in a guest.
const GuestMount = "/sys/fs/cgroup"

// Own gives the cgroup of this process in the version 2 hierarchy, wherever that is mounted, after
// having tried that groups can be made in it.
func Own() (*Parent, error) {
	mount, err := mountPoint()
	if err != nil {
		return nil, err
	}
	memberships, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(memberships), "\n") {
		if path := strings.TrimPrefix(line, "0::"); path != line {
			return at(filepath.Join(mount, path))
		}
	}
	return nil, errors.New("this process is in no cgroup of version 2")
}

func at(dir string) (*Parent, error) {
	p := &Parent{dir}
	trial, err := p.New("cloude-trial-" + strconv.Itoa(os.Getpid()))
	if err != nil {
		return nil, err
	}
	defer trial.Remove()
	if _, err := os.Stat(trial.file("cgroup.kill")); err != nil {
		return nil, fmt.Errorf("the kernel has no cgroup.kill (it came with 5.14): %w", err)
	}
	return p, nil
}

func mountPoint() (string, error) {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(mounts), "\n") {
		fields := strings.Fields(line)
		if len(fields) > 2 && fields[2] == "cgroup2" {
			return fields[1], nil
		}
	}
	return "", errors.New("no cgroup2 file system is mounted")
}

// New makes an empty group.
func (p *Parent) New(name string) (*Group, error) {
	dir := filepath.Join(p.dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	return &Group{dir}, nil
}

// Procs is the file that a process writes "0" to in order to join.
func (g *Group) Procs() string {
	return g.file("cgroup.procs")
}

// Limit writes an interface file such as pids.max. It is an error where the controller is not delegated.
func (g *Group) Limit(file string, value uint64) error {
	return write(g.file(file), strconv.FormatUint(value, 10))
}

// KillAll kills every process in the group, in one step that no fork can outrun, and waits until the
// group is empty. False when it was not at the deadline.
func (g *Group) KillAll(deadline time.Time) bool {
	for pause := 100 * time.Microsecond; g.populated(); {
		if err := write(g.file("cgroup.kill"), "1"); err != nil || time.Now().After(deadline) {
			return false
		}
		time.Sleep(pause)
		if pause < 10*time.Millisecond {
			pause *= 2
		}
	}
	return true
}

// populated tells whether a living process is in the group or below it. A group that cannot be read
// counts as populated: then the caller looks elsewhere.
func (g *Group) populated() bool {
	events, err := os.ReadFile(g.file("cgroup.events"))
	return err != nil || !strings.Contains(string(events), "populated 0")
}

// Remove removes the group with those that the program made below it. It must be empty; reaped
// processes may hold it for a moment longer, so a busy group is tried again for a short while.
func (g *Group) Remove() {
	deadline := time.Now().Add(time.Second)
	for removeTree(g.dir) == syscall.EBUSY && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
}

func removeTree(dir string) error {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if entry.IsDir() {
			_ = removeTree(filepath.Join(dir, entry.Name()))
		}
	}
	return syscall.Rmdir(dir)
}

func (g *Group) file(name string) string {
	return filepath.Join(g.dir, name)
}

// write does not create: a missing interface file must not become an ordinary one.
func write(path, value string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(value)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}
