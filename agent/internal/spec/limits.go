package spec

import (
	"fmt"
	"time"
)

// Bounds on the limits that a request may ask for, and what holds when it asks for none.
const (
	DefaultProcesses = 1024
	DefaultOpenFiles = 4096

	minMemory    = 1 << 20
	minStack     = 64 << 10 // execve itself wants some
	maxBytes     = 1 << 40
	maxProcesses = 32768
	maxOpenFiles = 1 << 20
)

// Limits bounds one phase. Zero means that the request sets no such limit.
type Limits struct {
	// CPUTime is user and system time of all processes together.
	CPUTime time.Duration
	// Memory is that of all processes together, in bytes, files in memory included.
	Memory uint64
	// Processes counts threads too. It is never zero.
	Processes uint64
	// FileSize, in bytes, is that of each file that a process writes.
	FileSize uint64
	// OpenFiles is the number of descriptors of each process. It is never zero.
	OpenFiles uint64
	// Stack, in bytes, is that of each process's main thread.
	Stack uint64
}

// DefaultLimits is what holds for a phase whose request says nothing.
func DefaultLimits() Limits {
	return Limits{Processes: DefaultProcesses, OpenFiles: DefaultOpenFiles}
}

type wireLimits struct {
	CPUTimeout        *int64 `json:"cpu_timeout_ms"`
	CompileCPUTimeout *int64 `json:"compile_cpu_timeout_ms"`
	Memory            *int64 `json:"memory_limit_bytes"`
	CompileMemory     *int64 `json:"compile_memory_limit_bytes"`
	Processes         *int64 `json:"process_limit"`
	FileSize          *int64 `json:"file_size_limit_bytes"`
	Disk              *int64 `json:"disk_limit_bytes"`
	OpenFiles         *int64 `json:"open_files_limit"`
	Stack             *int64 `json:"stack_limit_bytes"`
}

// check puts the limits into the request, each within its bounds.
func (w wireLimits) check(s *Spec) error {
	s.CompileLimits, s.RunLimits = DefaultLimits(), DefaultLimits()
	var err error
	if s.RunLimits.CPUTime, err = checkTimeout("cpu_timeout_ms", w.CPUTimeout, 0); err != nil {
		return err
	}
	if s.CompileLimits.CPUTime, err = checkTimeout("compile_cpu_timeout_ms", w.CompileCPUTimeout, 0); err != nil {
		return err
	}
	for _, l := range []struct {
		name        string
		wanted      *int64
		least, most int64
		into        *uint64
	}{
		{"memory_limit_bytes", w.Memory, minMemory, maxBytes, &s.RunLimits.Memory},
		{"compile_memory_limit_bytes", w.CompileMemory, minMemory, maxBytes, &s.CompileLimits.Memory},
		{"process_limit", w.Processes, 1, maxProcesses, &s.RunLimits.Processes},
		{"file_size_limit_bytes", w.FileSize, 1, maxBytes, &s.RunLimits.FileSize},
		{"disk_limit_bytes", w.Disk, 1, maxBytes, &s.DiskLimit},
		{"open_files_limit", w.OpenFiles, 1, maxOpenFiles, &s.RunLimits.OpenFiles},
		{"stack_limit_bytes", w.Stack, minStack, maxBytes, &s.RunLimits.Stack},
	} {
		if l.wanted == nil {
			continue
		}
		if *l.wanted < l.least || *l.wanted > l.most {
			return fmt.Errorf("%q is %d; it must be between %d and %d.", l.name, *l.wanted, l.least, l.most)
		}
		*l.into = uint64(*l.wanted)
	}
	return nil
}
