package execution

import (
	"syscall"
	"testing"
	"time"

	"dev.cloude/agent/internal/launch"
	"dev.cloude/agent/internal/spec"
)

func exited(code int) syscall.WaitStatus { return syscall.WaitStatus(code << 8) }

func died(of syscall.Signal) syscall.WaitStatus { return syscall.WaitStatus(of) }

func TestWhichLimit(t *testing.T) {
	none := func() bool { return false }
	found := func() bool { return true }
	limited := phase{limits: spec.Limits{CPUTime: time.Second, FileSize: 100}}
	cut := streamResult{truncated: true}
	for name, c := range map[string]struct {
		outcome outcome
		limit   string
	}{
		"ended well":                      {outcome{status: exited(0)}, ""},
		"ended well in spite of it all":   {outcome{status: exited(0), outOfMemory: true, forkRefused: true, diskFull: true, overCPU: true, timedOut: true, fileAtLimit: found}, ""},
		"failed":                          {outcome{status: exited(1), fileAtLimit: none}, ""},
		"died":                            {outcome{status: died(syscall.SIGKILL)}, ""},
		"could not be started":            {outcome{status: exited(127), failure: &launch.Failure{ExitCode: 127}, diskFull: true}, ""},
		"the agent was stopped":           {outcome{status: died(syscall.SIGKILL), stopped: true, forkRefused: true}, ""},
		"memory before everything":        {outcome{status: died(syscall.SIGKILL), outOfMemory: true, forkRefused: true, diskFull: true, timedOut: true}, "memory"},
		"memory, and it failed later":     {outcome{status: exited(1), outOfMemory: true}, "memory"},
		"a fork bomb out of time":         {outcome{status: died(syscall.SIGKILL), timedOut: true, forkRefused: true}, "processes"},
		"a fork bomb that floods":         {outcome{status: died(syscall.SIGKILL), stderr: cut, forkRefused: true, diskFull: true}, "processes"},
		"a full disk out of time":         {outcome{status: died(syscall.SIGKILL), timedOut: true, diskFull: true}, "disk"},
		"a full disk and a file":          {outcome{status: exited(1), diskFull: true, fileAtLimit: found}, "disk"},
		"a file":                          {outcome{status: exited(1), fileAtLimit: found}, "file_size"},
		"a file, by signal":               {outcome{status: died(syscall.SIGXFSZ), fileAtLimit: none}, "file_size"},
		"a file and another signal":       {outcome{status: died(syscall.SIGSEGV), fileAtLimit: found}, ""},
		"a file out of time":              {outcome{status: died(syscall.SIGKILL), timedOut: true, fileAtLimit: found}, "wall"},
		"a flood":                         {outcome{status: died(syscall.SIGKILL), stdout: cut}, "output"},
		"a flood that ended by itself":    {outcome{status: exited(0), stdout: cut}, "output"},
		"a flood at the last moment":      {outcome{status: died(syscall.SIGKILL), stdout: cut, timedOut: true}, "output"},
		"CPU time":                        {outcome{status: died(syscall.SIGKILL), overCPU: true}, "cpu"},
		"CPU time, ended just before":     {outcome{status: exited(1), overCPU: true, cpu: time.Second, fileAtLimit: none}, ""},
		"CPU time, by the kernel":         {outcome{status: died(syscall.SIGXCPU), cpu: 2 * time.Second}, "cpu"},
		"SIGXCPU of its own":              {outcome{status: died(syscall.SIGXCPU), cpu: time.Second / 2}, ""},
		"a crash above the CPU time":      {outcome{status: died(syscall.SIGSEGV), cpu: 2 * time.Second}, ""},
		"out of time":                     {outcome{status: died(syscall.SIGKILL), timedOut: true}, "wall"},
		"out of time, ended just before":  {outcome{status: exited(1), timedOut: true, fileAtLimit: none}, ""},
		"out of time with much CPU time":  {outcome{status: died(syscall.SIGKILL), timedOut: true, cpu: 2 * time.Second}, "wall"},
		"out of time and ended well then": {outcome{status: exited(0), timedOut: true}, ""},
	} {
		c.outcome.phase = limited
		got := ""
		if limit := c.outcome.limit(); limit != nil {
			got = *limit
		}
		if got != c.limit {
			t.Errorf("%s: got %q, want %q", name, got, c.limit)
		}
	}
}

func TestFileSizeStandsForTheDisk(t *testing.T) {
	for _, c := range []struct {
		fileSize, disk, effective uint64
		limit                     string
	}{
		{100, 0, 100, "file_size"}, {0, 200, 200, "disk"}, {100, 200, 100, "file_size"}, {300, 200, 200, "disk"},
	} {
		p := phase{limits: spec.Limits{FileSize: c.fileSize}, diskPerFile: c.disk}
		if p.fileSize() != c.effective {
			t.Errorf("%+v: %d", c, p.fileSize())
		}
		if got := (outcome{phase: p, status: died(syscall.SIGXFSZ)}).limit(); got == nil || *got != c.limit {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestLimitsWithinWhatThereIs(t *testing.T) {
	available, known := memoryAvailable()
	if !known {
		t.Fatal("/proc/meminfo has no MemAvailable")
	}
	if got := memoryLimit(1<<20, 1<<20); got != 1<<20 {
		t.Errorf("1 MiB became %d", got)
	}
	// What is available changes between two looks.
	if got := memoryLimit(1<<50, 1<<20); got > 2*available {
		t.Errorf("%d of %d available", got, available)
	}
	if got := memoryLimit(0, 1<<40); got == 0 || got > available {
		t.Errorf("with a very large output %d", got)
	}
	if processLimit(1) != 1 || processLimit(1<<40) >= 1<<40 {
		t.Errorf("processes: %d, %d", processLimit(1), processLimit(1<<40))
	}
}
