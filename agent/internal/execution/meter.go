package execution

import (
	"runtime"
	"time"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/process"
)

const (
	// leastPause is the shortest time between two looks at a program's CPU time.
	leastPause = 10 * time.Millisecond
	// lookShare is the part of one processor, one in so many, that looking may take.
	lookShare = 50
)

// meter tells what a phase uses. Without a cgroup it is what all the agent's descendants use.
type meter struct {
	table *process.Table
	group *cgroup.Group
	// before is what others had used before the phase.
	before time.Duration
}

func newMeter(table *process.Table, group *cgroup.Group) meter {
	return meter{table: table, group: group, before: table.CPU()}
}

func (m meter) cpu() time.Duration {
	if m.group != nil {
		if used, known := m.group.CPU(); known {
			return used
		}
	}
	return m.table.CPU() - m.before
}

// look gives the CPU time used, and when to look again: not before the program could have reached the
// limit on all processors at once, so that a program far from its limit is left alone.
func (m meter) look(limit time.Duration) (used, pause time.Duration) {
	began := time.Now()
	used = m.cpu()
	pause = (limit - used) / time.Duration(runtime.NumCPU())
	if pause < leastPause {
		pause = leastPause
	}
	if cost := lookShare * time.Since(began); pause < cost {
		pause = cost
	}
	return used, pause
}

// peakMemory is in bytes; nil when unknown. Where the kernel keeps no such value for a group, that of the
// largest of the processes that were waited for takes its place.
func (m meter) peakMemory(child *process.Child) *uint64 {
	if m.group != nil {
		if peak, known := m.group.PeakMemory(); known {
			return &peak
		}
	}
	select {
	case <-child.Done():
		usage := child.Result().Usage
		peak := uint64(usage.Maxrss) << 10
		return &peak
	default:
		return nil
	}
}
