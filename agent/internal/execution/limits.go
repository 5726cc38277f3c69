package execution

import (
	"os"
	"strconv"
	"strings"
	"time"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/launch"
)

const (
	// memoryReserve is what the agent and the kernel keep for themselves in a guest, in bytes, besides
	// what the program's output takes.
	memoryReserve = 24 << 20
	// outputCopies is how often the output of both streams is in the agent's memory at the worst: a buffer
	// that grows exists twice.
	outputCopies = 4
)

// plan sets the limits of the phase's cgroup, and gives the launch those of each process. Without a
// controller the nearest limit of single processes takes its place.
func (r *Runner) plan(p phase, group *cgroup.Group) launch.Plan {
	plan := launch.Plan{UID: p.uid, Limits: map[launch.Resource]uint64{
		launch.Core:      0,
		launch.OpenFiles: p.limits.OpenFiles,
	}}
	set := func(resource launch.Resource, limit uint64) {
		if limit > 0 {
			plan.Limits[resource] = limit
		}
	}
	set(launch.Stack, p.limits.Stack)
	set(launch.FileSize, p.fileSize())
	if p.limits.CPUTime > 0 {
		// The second belt, for when the agent itself gets no time: for each process, and later.
		set(launch.CPUSeconds, uint64(p.limits.CPUTime/time.Second)+2)
	}
	if group != nil {
		plan.Cgroup = group.Procs()
	}
	processes := processLimit(p.limits.Processes)
	if group == nil || group.Limit("pids.max", processes) != nil {
		set(launch.Processes, processes)
	}
	memory := p.limits.Memory
	if r.Guest {
		memory = memoryLimit(memory, uint64(p.outputLimit))
	}
	if memory == 0 {
		return plan
	}
	if group == nil || group.Limit("memory.max", memory) != nil {
		plan.Data = p.limits.Memory
		return plan
	}
	// A kernel without swap has no such file. A program of several processes fails as one.
	_ = group.Limit("memory.swap.max", 0)
	_ = group.Limit("memory.oom.group", 1)
	return plan
}

// fileSize is the limit of a single file. Where the disk has no limit of its own, no file at least gets
// larger than it.
func (p phase) fileSize() uint64 {
	limit := p.limits.FileSize
	if p.diskPerFile > 0 && (limit == 0 || p.diskPerFile < limit) {
		limit = p.diskPerFile
	}
	return limit
}

// processLimit is at most a half of what the kernel can hold: the agent must always be able to start a
// thread.
func processLimit(wanted uint64) uint64 {
	content, err := os.ReadFile("/proc/sys/kernel/threads-max")
	if err != nil {
		return wanted
	}
	most, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64)
	if err == nil && most/2 < wanted {
		return most / 2
	}
	return wanted
}

// memoryLimit is what is wanted (0: all), at most what is available now less the reserve, and at least a
// half of that. In bytes; 0 when nothing is known. The image's own files, which live in memory, count as used.
func memoryLimit(wanted, outputLimit uint64) uint64 {
	available, known := memoryAvailable()
	if !known {
		return wanted
	}
	most := available / 2
	if reserve := memoryReserve + outputCopies*outputLimit; available > reserve+most {
		most = available - reserve
	}
	if wanted > 0 && wanted < most {
		return wanted
	}
	return most
}

func memoryAvailable() (uint64, bool) {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	for _, line := range strings.Split(string(content), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "MemAvailable:" {
			continue
		}
		kibibytes, err := strconv.ParseUint(fields[1], 10, 64)
		return kibibytes << 10, err == nil
	}
	return 0, false
}
