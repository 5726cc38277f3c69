package execution

import (
	"os"
	"strconv"
	"strings"
)

const (
	// maxProcesses is enough for compilers, language servers and virtual machines with their threads.
	maxProcesses = 1024
	// memoryReserve is what the agent and the kernel keep for themselves, in bytes.
	memoryReserve = 24 << 20
	minMemory     = 8 << 20
)

// processLimit is a half of what the kernel can hold at most: the agent must always be able to start a
// thread.
func processLimit() uint64 {
	limit := uint64(maxProcesses)
	content, err := os.ReadFile("/proc/sys/kernel/threads-max")
	if err != nil {
		return limit
	}
	most, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64)
	if err == nil && most/2 < limit {
		limit = most / 2
	}
	return limit
}

// memoryLimit is what is available now less the reserve, in bytes. The image's own files, which live in
// memory, count as used.
func memoryLimit() (uint64, bool) {
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
		if err != nil || kibibytes<<10 < memoryReserve+minMemory {
			return 0, false
		}
		return kibibytes<<10 - memoryReserve, true
	}
	return 0, false
}
