package process

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticksPerSecond is USER_HZ, which is 100 on every architecture that Go knows.
const ticksPerSecond = 100

// stat is what the agent wants to know of /proc/pid/stat.
type stat struct {
	parent int
	state  string
	// cpu is the time of the process and of the children that it has waited for.
	cpu time.Duration
}

// living is false for zombies, which only wait to be reaped.
func (s stat) living() bool {
	return s.state != "Z" && s.state != "X"
}

// CPU gives the CPU time of everything that descends from the agent or ever did: what was reaped, and what
// lives now.
func (t *Table) CPU() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.reaped
	for _, s := range descendants(os.Getpid()) {
		sum += s.cpu
	}
	return sum
}

func cpuTime(usage *syscall.Rusage) time.Duration {
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// descendants gives the processes below a process, zombies included.
func descendants(of int) map[int]stat {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1)
	all := make(map[int]stat, len(names))
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if s, ok := readStat(name); ok {
			all[pid] = s
		}
	}
	found := make(map[int]stat)
	for pid, s := range all {
		above := s.parent
		for steps := 0; above > 1 && above != of && steps < len(all); steps++ {
			above = all[above].parent
		}
		if above == of {
			found[pid] = s
		}
	}
	return found
}

// readStat reads "pid (name) state parent …", where the name may hold anything; see proc(5).
func readStat(pid string) (stat, bool) {
	content, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return stat{}, false
	}
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	const firstTime, times = 11, 4 // utime, stime, cutime, cstime
	if len(fields) < firstTime+times {
		return stat{}, false
	}
	parent, err := strconv.Atoi(fields[1])
	if err != nil {
		return stat{}, false
	}
	s := stat{parent: parent, state: fields[0]}
	for _, field := range fields[firstTime : firstTime+times] {
		ticks, _ := strconv.ParseInt(field, 10, 64)
		s.cpu += time.Duration(ticks) * time.Second / ticksPerSecond
	}
	return s, true
}
