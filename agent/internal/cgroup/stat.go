package cgroup

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// CPU gives the user and system time of all that ever was in the group, and false when it cannot be read.
// Every group has it, also without the cpu controller.
func (g *Group) CPU() (time.Duration, bool) {
	microseconds, known := g.value("cpu.stat", "usage_usec")
	return time.Duration(microseconds) * time.Microsecond, known
}

// PeakMemory gives the largest amount of memory that the group held, in bytes, and false without the
// memory controller and on kernels before 5.19.
func (g *Group) PeakMemory() (uint64, bool) {
	content, err := os.ReadFile(g.file("memory.peak"))
	if err != nil {
		return 0, false
	}
	peak, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64)
	return peak, err == nil
}

// OutOfMemory tells whether memory could not be had for the group: the OOM killer was called for it, or
// took one of its processes. What a limit only made the kernel reclaim does not count.
func (g *Group) OutOfMemory() bool {
	called, _ := g.value("memory.events", "oom")
	killed, _ := g.value("memory.events", "oom_kill")
	return called+killed > 0
}

// ForkRefused tells whether a process or thread could not be made because the group had its full number.
func (g *Group) ForkRefused() bool {
	refused, _ := g.value("pids.events", "max")
	return refused > 0
}

// value reads one line, "key number", of an interface file.
func (g *Group) value(file, key string) (uint64, bool) {
	content, err := os.ReadFile(g.file(file))
	if err != nil {
		return 0, false
	}
	for _, line := range strings.Split(string(content), "\n") {
		if rest := strings.TrimPrefix(line, key+" "); rest != line {
			number, err := strconv.ParseUint(rest, 10, 64)
			return number, err == nil
		}
	}
	return 0, false
}
