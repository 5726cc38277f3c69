package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"dev.cloude/agent/internal/frame"
)

// ending is what the last frame is to say. A field that is left out is the zero value there, too: no
// signal, no limit.
type ending struct {
	exit, signal int
	limit        string
	timedOut     bool
}

const (
	// failing is an exit code that only is not 0.
	failing = -1
	// whatever is an exit code, with or without a signal, that nobody can know.
	whatever = -2
)

// misuse is one program that asks for too much, or seems to.
type misuse struct {
	name string
	// script is for the shell; otherwise abuse names one of the abuses.
	script, abuse string
	limits        request
	want          ending
	// without is what is wanted where the controllers memory and pids are missing; nil for the same.
	without *ending
	stdout  string
}

const (
	disk4M = 4 * mebibyte
	mem32M = 32 * mebibyte
)

var (
	oneSecond = request{"run_timeout_ms": 1000}
	oomKilled = ending{exit: 137, signal: 9, limit: frame.LimitMemory}
	timeIsUp  = ending{exit: 124, signal: 9, limit: frame.LimitWall, timedOut: true}
	cpuIsUp   = ending{exit: 137, signal: 9, limit: frame.LimitCPU}
	tooLong   = ending{exit: 137, signal: 9, limit: frame.LimitOutput}
	tooLarge  = ending{exit: 153, signal: 25, limit: frame.LimitFileSize}
)

var misuses = []misuse{
	// Processes.
	{name: "fork bomb", script: `bomb() { bomb | bomb & }; bomb; while :; do sleep 1000.8 & done`,
		limits: request{"process_limit": 64}, want: ending{exit: 2, limit: frame.LimitProcesses}, without: &ending{exit: 2}},
	{name: "fork bomb that does not give up", abuse: "start processes",
		limits: request{"process_limit": 20, "run_timeout_ms": 2000},
		want:   ending{exit: 124, signal: 9, limit: frame.LimitProcesses, timedOut: true}, without: &timeIsUp},
	{name: "setsid bomb", script: `while :; do setsid sleep 1000.8 & done`,
		limits: request{"process_limit": 64}, want: ending{exit: 2, limit: frame.LimitProcesses}, without: &ending{exit: 2}},
	// The Go runtime gives up, and now and then does not get to its end.
	{name: "thread bomb", abuse: "start threads", limits: request{"process_limit": 64, "run_timeout_ms": 5000},
		want: ending{exit: whatever, limit: frame.LimitProcesses}, without: &ending{exit: 2}},
	{name: "a process too many, coped with", abuse: "start a process too many", limits: request{"process_limit": 64}},
	{name: "fork bomb of root", script: `while :; do setsid sleep 1000.8 & done`,
		limits: request{"process_limit": 8, "root": true, "run_timeout_ms": 3000},
		want:   ending{exit: 2, limit: frame.LimitProcesses}, without: &timeIsUp},
	{name: "one process only", script: `echo one; (true); echo two`,
		limits: request{"process_limit": 1}, stdout: "one\n", want: ending{exit: 2, limit: frame.LimitProcesses}, without: &ending{exit: 2}},

	// Memory.
	{name: "memory bomb", abuse: "touch memory",
		limits: request{"memory_limit_bytes": mem32M}, want: oomKilled, without: &ending{exit: failing}},
	{name: "shared memory bomb", abuse: "touch shared memory",
		limits: request{"memory_limit_bytes": mem32M, "run_timeout_ms": 5000}, want: oomKilled, without: &ending{exit: whatever}},
	{name: "memory bomb in a child", script: `"$ABUSER" "touch memory" 2>/dev/null; echo survived`,
		limits: request{"memory_limit_bytes": mem32M}, want: oomKilled, without: &ending{}},
	{name: "memory that was only asked for", abuse: "ask for memory",
		limits: request{"memory_limit_bytes": 8 * mem32M}, want: ending{exit: exitCoped}},
	{name: "memory bomb by files", script: `head -c 64m /dev/zero >/dev/shm/x`,
		limits: request{"memory_limit_bytes": mem32M, "disk_limit_bytes": 128 * mebibyte}, want: oomKilled, without: &ending{}},
	{name: "kills itself below its limit", script: `kill -9 $$`,
		limits: request{"memory_limit_bytes": mem32M}, want: ending{exit: 137, signal: 9}},

	// Disk and files.
	{name: "disk fill", script: `head -c 5m /dev/zero >big; exit 7`,
		limits: request{"disk_limit_bytes": disk4M}, want: ending{exit: 7, limit: frame.LimitDisk}},
	{name: "disk fill in /tmp", script: `exec head -c 5m /dev/zero >/tmp/big`,
		limits: request{"disk_limit_bytes": disk4M}, want: ending{exit: 1, limit: frame.LimitDisk}},
	{name: "disk fill in several places", script: `head -c 3m /dev/zero >a && echo first && head -c 3m /dev/zero >/dev/shm/b`,
		limits: request{"disk_limit_bytes": disk4M}, stdout: "first\n", want: ending{exit: 1, limit: frame.LimitDisk}},
	{name: "disk just not filled", script: `head -c 2m /dev/zero >a && head -c 1m /dev/zero >/tmp/b; exit 5`,
		limits: request{"disk_limit_bytes": disk4M}, want: ending{exit: 5}},
	{name: "disk full and coped with", script: `head -c 5m /dev/zero >big 2>/dev/null; exit 0`,
		limits: request{"disk_limit_bytes": disk4M}},
	{name: "disk full of empty files", script: `i=0; while >f$i; do i=$((i+1)); done; exit 7`,
		limits: request{"disk_limit_bytes": mebibyte}, want: ending{exit: 7, limit: frame.LimitDisk}},
	{name: "file too large", script: `exec head -c 2m /dev/zero >big`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: tooLarge},
	{name: "sparse file", script: `exec truncate -s 1G sparse`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: tooLarge},
	{name: "sparse file on a small disk", script: `truncate -s 1G sparse; echo $?`,
		limits: request{"disk_limit_bytes": disk4M}, stdout: "0\n"},
	{name: "file too large in a child", script: `head -c 2m /dev/zero >big; exit 3`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: ending{exit: 3, limit: frame.LimitFileSize}},
	{name: "file too large, deaf to the signal", script: `trap '' XFSZ; mkdir d; exec head -c 2m /dev/zero >d/big`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: ending{exit: 1, limit: frame.LimitFileSize}},
	{name: "fails with small files", script: `echo small >small; exit 3`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: ending{exit: 3}},
	{name: "deep folders", script: `deep=$(printf 'd/%.0s' $(seq 1500)); mkdir -p $deep && cd $deep && mkdir -p $deep && exit 9`,
		limits: request{"file_size_limit_bytes": mebibyte}, want: ending{exit: 9}},

	// Output.
	{name: "output flood", script: `exec yes`, want: tooLong},
	{name: "output flood on both streams", script: `yes & exec yes >&2`, want: tooLong},
	{name: "output flood of a child without parent", script: `(setsid yes &) ; sleep 1000.8`, want: tooLong},

	// CPU time.
	{name: "endless loop", script: `while :; do :; done`, limits: request{"cpu_timeout_ms": 200}, want: cpuIsUp},
	{name: "endless loops without parent", script: `for i in 1 2 3; do setsid sh -c 'while :; do :; done' & done; sleep 1000.8`,
		limits: request{"cpu_timeout_ms": 200}, want: cpuIsUp},
	{name: "endless loops, deaf", abuse: "burn all processors, deaf", limits: request{"cpu_timeout_ms": 200}, want: cpuIsUp},
	{name: "many short processes", script: `while :; do /bin/true; done`, limits: request{"cpu_timeout_ms": 200}, want: cpuIsUp},
	{name: "waiting is not CPU time", script: `sleep 0.4; exit 6`, limits: request{"cpu_timeout_ms": 200}, want: ending{exit: 6}},
	{name: "a signal of its own below the limit", script: `kill -XCPU $$`,
		limits: request{"cpu_timeout_ms": 10000}, want: ending{exit: 152, signal: 24}},

	// Wall time.
	{name: "sleeps", script: `trap '' TERM INT HUP; sleep 1000.8`, limits: oneSecond, want: timeIsUp},
	{name: "stops itself", script: `kill -STOP $$`, limits: oneSecond, want: timeIsUp},
	{name: "waits on a pipe that nobody writes to", script: `mkfifo p; cat p`, limits: oneSecond, want: timeIsUp},

	// Other things.
	{name: "an exit code that looks like a kill", script: `exit 137`, want: ending{exit: 137}},
	{name: "an exit code that looks like a time limit", script: `exit 124`, want: ending{exit: 124}},
	{name: "attacks the agent", script: `kill -STOP $PPID; kill -9 $PPID; kill -SEGV $PPID; exit 4`, want: ending{exit: 4}},
	{name: "reads what is not its own", script: `cat /proc/$PPID/environ /proc/$PPID/mem`, want: ending{exit: 1}},
	{name: "leaves zombies", script: `for i in 1 2 3 4 5 6 7 8; do (true &) ; done; exec sleep 0.1`},
	{name: "descriptors", abuse: "open files", limits: request{"open_files_limit": 20}, stdout: "17 too many open files\n"},
	{name: "stack", script: `ulimit -s`, limits: request{"stack_limit_bytes": 1 << 20}, stdout: "1024\n"},
}

// guestMisuses are for a guest of 256 MiB without any limit in the request.
var guestMisuses = []misuse{
	{name: "root attacks the agent", script: `kill -STOP $PPID; kill -9 $PPID; kill -SEGV $PPID; exit 4`,
		limits: request{"root": true}, want: ending{exit: 4}},
	{name: "memory bomb without a limit", abuse: "touch memory", want: oomKilled},
	{name: "more than there is", abuse: "touch memory",
		limits: request{"memory_limit_bytes": 1 << 40, "process_limit": 32768}, want: oomKilled},
	{name: "disk fill without a limit", script: `dd if=/dev/zero of=big bs=65536; exit 7`, want: ending{exit: 7, limit: frame.LimitDisk}},
	// The last one: that memory is gone for good.
	{name: "root fills the image", script: `dd if=/dev/zero of=/root/big bs=65536; exit 7`,
		limits: request{"root": true}, want: ending{exit: 7, limit: frame.LimitDisk}},
}

// compilerMisuses are run as compilers.
var compilerMisuses = []misuse{
	{name: "endless loop", script: `while :; do :; done`, limits: request{"compile_cpu_timeout_ms": 200}, want: cpuIsUp},
	{name: "sleeps", script: `sleep 1000.8`, limits: request{"compile_timeout_ms": 1000}, want: timeIsUp},
	{name: "memory bomb", abuse: "touch memory",
		limits: request{"compile_memory_limit_bytes": mem32M}, want: oomKilled, without: &ending{exit: failing}},
	{name: "disk fill", script: `head -c 5m /dev/zero >a.out; exit 1`,
		limits: request{"disk_limit_bytes": disk4M}, want: ending{exit: 1, limit: frame.LimitDisk}},
	{name: "output flood", script: `exec yes >&2`, want: tooLong},
	{name: "fails", script: `echo no; exit 3`, want: ending{exit: 3}},
}

func TestCompilerMisuse(t *testing.T) {
	a := startIsolated(t)
	for _, m := range compilerMisuses {
		t.Run(m.name, func(t *testing.T) {
			compile := []string{"/bin/sh", "-c", m.script}
			if m.abuse != "" {
				compile = []string{a.abuser, m.abuse}
			}
			body := shell("echo ran").with("compile", compile)
			for name, value := range m.limits {
				body.with(name, value)
			}
			f := a.run("compile-"+strings.ReplaceAll(m.name, " ", "-"), body)
			want := m.want
			if m.without != nil && !a.controlled {
				want = *m.without
			}
			end := f.end
			if got := endingOf(end); !want.matches(got) {
				t.Errorf("got %+v, want %+v; stderr %.300q", got, want, f.output[frame.CompilerStderr])
			}
			expect(t, "phase", end.Phase, frame.CompilePhase)
			expect(t, "stdout", f.output[frame.Stdout], "")
			expect(t, "compile_limit", text(end.CompileLimit), text(end.Limit))
			expect(t, "compile_stderr_truncated", end.CompileStderrTruncated, end.StderrTruncated)
			if end.CompileExitCode == nil || *end.CompileExitCode != end.ExitCode {
				t.Errorf("compile_exit_code is %v, exit_code %d", end.CompileExitCode, end.ExitCode)
			}
			if end.CompileCPUMs <= 0 || end.CompilePeakMemoryBytes == nil || end.CPUMs != 0 || end.PeakMemoryBytes != nil {
				t.Errorf("what it used: %s", end.Encode())
			}
		})
	}
}

func TestBothPhasesAreReportedApart(t *testing.T) {
	body := shell("printf 123; exec kill -TERM $$").with("compile", []string{"/bin/sh", "-c", `printf "%s" "$@"; echo e >&2`, "cc"}).
		with("compile_args", []string{"-O2", "-Wall"}).with("cpu_timeout_ms", 10000)
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("phases", body)
		expect(t, "compiler's stdout", f.output[frame.CompilerStdout], "-O2-Wall")
		end := f.end
		expect(t, "exit code", end.ExitCode, 143)
		if end.CompileExitCode == nil || *end.CompileExitCode != 0 || end.CompileSignal != nil || end.CompileLimit != nil || end.Limit != nil {
			t.Errorf("%s", end.Encode())
		}
		expect(t, "bytes", []int64{end.StdoutBytes, end.StderrBytes, end.CompileStdoutBytes, end.CompileStderrBytes}, []int64{3, 0, 8, 2})
		if end.CPUMs <= 0 || end.CompileCPUMs <= 0 || end.PeakMemoryBytes == nil || end.CompilePeakMemoryBytes == nil {
			t.Errorf("what it used: %s", end.Encode())
		}
	})
}

func TestCPUTimeOfAllProcessesCounts(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("cpu", shell(`echo begun; for i in 1 2; do setsid sh -c 'while :; do :; done' & done; sleep 1000.8`).with("cpu_timeout_ms", 300))
		expect(t, "stdout", f.output[frame.Stdout], "begun\n")
		if got := endingOf(f.end); got != cpuIsUp || f.end.CPUMs < 300 {
			t.Errorf("%s", f.end.Encode())
		}
		expect(t, "left behind", processesWith("1000.8"), 0)
	})
}

func TestMisuse(t *testing.T) {
	a := startIsolated(t)
	all := misuses
	if os.Getenv(elsewhere) != "" {
		all = append(append([]misuse{}, misuses...), guestMisuses...)
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			within := a
			within.agent = &agent{t: t, url: a.url}
			m.run(t, within)
		})
	}
}

func (m misuse) run(t *testing.T, a isolated) {
	body := shell(m.script)
	if m.abuse != "" {
		body = request{"run": []string{a.abuser, m.abuse}}
	}
	body.with("env", map[string]string{"ABUSER": a.abuser})
	for name, value := range m.limits {
		body.with(name, value)
	}
	f := a.run(strings.NewReplacer(" ", "-", ",", "", "/", "").Replace(m.name), body)
	want := m.want
	if m.without != nil && !a.controlled {
		want = *m.without
	}
	if got := endingOf(f.end); !want.matches(got) {
		t.Errorf("got %+v, want %+v; stderr %.300q", got, want, f.output[frame.Stderr])
	}
	if m.stdout != "" {
		expect(t, "stdout", f.output[frame.Stdout], m.stdout)
	}
	m.used(t, f)
	expect(t, "left behind", processesWith("1000.8"), 0)
	health := a.send(http.MethodGet, "/health", nil)
	expect(t, "health", health.StatusCode, http.StatusOK)
	health.Body.Close()
}

// used compares what the program is said to have used with what its limit means.
func (m misuse) used(t *testing.T, f finished) {
	switch want := text(f.end.Limit); {
	case f.end.CPUMs <= 0:
		t.Errorf("cpu_ms is %v", f.end.CPUMs)
	case f.end.PeakMemoryBytes == nil || *f.end.PeakMemoryBytes == 0:
		t.Error("peak_memory_bytes is not known")
	case want == frame.LimitCPU && f.end.CPUMs < 200:
		t.Errorf("killed for its CPU time after %v ms of 200", f.end.CPUMs)
	case want == frame.LimitMemory && m.limits["memory_limit_bytes"] == mem32M && *f.end.PeakMemoryBytes > mem32M+mebibyte:
		// The kernel lets a few pages more through than it should.
		t.Errorf("held %d bytes of %d", *f.end.PeakMemoryBytes, mem32M)
	case want == frame.LimitOutput && f.end.StdoutBytes+f.end.StderrBytes <= mebibyte:
		t.Errorf("cut after %d and %d bytes", f.end.StdoutBytes, f.end.StderrBytes)
	}
}

func (e ending) matches(got ending) bool {
	switch e.exit {
	case failing:
		return got.exit != 0 && got.limit == e.limit
	case whatever:
		return got.limit == e.limit
	default:
		return got == e
	}
}

func endingOf(end frame.End) ending {
	found := ending{exit: end.ExitCode, limit: text(end.Limit), timedOut: end.TimedOut}
	if end.Signal != nil {
		found.signal = *end.Signal
	}
	return found
}
