package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dev.cloude/agent/internal/frame"
)

const mebibyte = 1 << 20

func TestSignalGives128PlusItsNumber(t *testing.T) {
	a := start(t)
	for _, signal := range []syscall.Signal{syscall.SIGSEGV, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGPIPE} {
		number := strconv.Itoa(int(signal))
		f := a.run("signal-"+number, shell("kill -"+number+" $$"))
		expect(t, "exit code", f.end.ExitCode, 128+int(signal))
		if f.end.Signal == nil || *f.end.Signal != int(signal) {
			t.Errorf("signal %d was reported as %v", signal, f.end.Signal)
		}
	}
}

func TestTimeLimitKeepsTheOutput(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("slow", shell("echo partial; trap '' TERM; sleep 1000.1; echo never").with("run_timeout_ms", 300))
		expect(t, "stdout", f.output[frame.Stdout], "partial\n")
		expect(t, "exit code", f.end.ExitCode, 124)
		expect(t, "timed out", f.end.TimedOut, true)
		expect(t, "phase", f.end.Phase, "run")
		expect(t, "left behind", processesWith("1000.1"), 0)
		if f.end.RunMs < 300 {
			t.Errorf("run_ms is %v, less than the limit", f.end.RunMs)
		}
	})
}

func TestFloodIsCutAtTheLimit(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("flood", shell("echo err >&2; exec yes"))
		expect(t, "stdout's length", len(f.output[frame.Stdout]), mebibyte)
		expect(t, "stdout truncated", f.end.StdoutTruncated, true)
		expect(t, "stderr truncated", f.end.StderrTruncated, false)
		expect(t, "stderr", f.output[frame.Stderr], "err\n")
		expect(t, "exit code", f.end.ExitCode, 137)
		if f.end.Signal == nil || *f.end.Signal != 9 || f.end.TimedOut {
			t.Errorf("killed for its output: %+v", f.end)
		}
	})
}

func TestOutputOfExactlyTheLimitIsWhole(t *testing.T) {
	a := start(t)
	exact := a.run("exact", shell("head -c 1000 /dev/zero").with("output_limit_bytes", 1000))
	expect(t, "length", len(exact.output[frame.Stdout]), 1000)
	expect(t, "truncated", exact.end.StdoutTruncated, false)
	expect(t, "exit code", exact.end.ExitCode, 0)
	over := a.run("over", shell("head -c 1001 /dev/zero >&2").with("output_limit_bytes", 1000))
	expect(t, "length", len(over.output[frame.Stderr]), 1000)
	expect(t, "truncated", over.end.StderrTruncated, true)
	expect(t, "exit code", over.end.ExitCode, 137)
}

func TestChildThatHoldsThePipeDoesNotStall(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("holder", shell("setsid sleep 1000.2 & echo said; exit 5"))
		expect(t, "stdout", f.output[frame.Stdout], "said\n")
		expect(t, "exit code", f.end.ExitCode, 5)
		expect(t, "left behind", processesWith("1000.2"), 0)
	})
}

// Each process of the crowd starts new ones for as long as it lives, ignores what can be ignored, has a
// session of its own and no parent.
const crowd = `
	cat > crowd.sh <<'END'
trap '' HUP INT TERM QUIT USR1 USR2
while :; do setsid sh -c '(sleep 1000.3 &) ; sleep 0.05'; done
END
	for i in 1 2 3 4 5 6 7 8; do setsid sh crowd.sh </dev/null >/dev/null 2>&1 & done
	sleep 0.5; echo started`

func TestNothingIsLeftOfACrowd(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		for i, root := range []bool{false, true} {
			f := a.run("crowd-"+strconv.Itoa(i), shell(crowd).with("root", root))
			expect(t, "stdout", f.output[frame.Stdout], "started\n")
			expect(t, "exit code", f.end.ExitCode, 0)
			expect(t, "left behind", processesWith("1000.3")+processesWith("crowd.sh"), 0)
		}
	})
}

func TestRootThatLeavesItsCgroupIsFound(t *testing.T) {
	a := start(t)
	leave := `for f in $(awk '$3 == "cgroup2" {print $2}' /proc/mounts); do
		(echo 0 > $f/cgroup.procs; exec setsid sleep 1000.4) & done; sleep 0.2; echo left`
	f := a.run("leaver", shell(leave).with("root", true))
	expect(t, "stdout", f.output[frame.Stdout], "left\n")
	expect(t, "left behind", processesWith("1000.4"), 0)
}

func TestCompilerLeavesNothingToTheProgram(t *testing.T) {
	body := shell("echo ran").with("compile", []string{"/bin/sh", "-c", "setsid sleep 1000.5 & exit 0"})
	f := start(t).run("compiler", body)
	expect(t, "stdout", f.output[frame.Stdout], "ran\n")
	expect(t, "left behind", processesWith("1000.5"), 0)
}

func TestProgramThatFightsItsOwnKind(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("fight", shell("setsid sh -c 'while :; do kill -9 -1; sleep 1000.6 & done' & sleep 0.1; exit 0"))
		if f.end.ExitCode != 0 && f.end.ExitCode != 137 {
			t.Errorf("exit code %d", f.end.ExitCode)
		}
		expect(t, "left behind", processesWith("1000.6"), 0)
	})
}

func TestOrphansAreReaped(t *testing.T) {
	a := start(t)
	a.run("orphans", shell("for i in 1 2 3 4 5; do (true &); done; exit 0"))
	agentPID := strconv.Itoa(a.process.Process.Pid)
	eventually(t, "the agent has no child left", func() bool {
		stats, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, path := range stats {
			content, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
			if fields[1] == agentPID {
				return false
			}
		}
		return true
	})
}

func TestStoppedAgentLeavesNothing(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		response := a.post("stopped", shell("echo begun; setsid sleep 1000.7 & sleep 1000.7"))
		defer response.Body.Close()
		for {
			next, err := readFrame(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if next.Kind == frame.Stdout {
				break
			}
		}
		if err := a.process.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := a.process.Wait(); err != nil {
			t.Errorf("the agent ended with %v", err)
		}
		expect(t, "left behind", processesWith("1000.7"), 0)
		left, err := os.ReadDir(a.workDir)
		if err != nil || len(left) > 0 {
			t.Errorf("left in the work folder: %v %v", left, err)
		}
	})
}

func TestNoCgroupIsLeftBehind(t *testing.T) {
	a := start(t)
	a.run("cgroup", shell("true").with("compile", []string{"/bin/true"}))
	agentPID := strconv.Itoa(a.process.Process.Pid)
	mounts, err := os.ReadFile("/proc/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mounts), "\n") {
		if fields := strings.Fields(line); len(fields) > 2 && fields[2] == "cgroup2" {
			eventually(t, "the cgroups are gone", func() bool {
				found, _ := filepath.Glob(filepath.Join(fields[1], "cloude-"+agentPID+"-*"))
				return len(found) == 0
			})
		}
	}
}
