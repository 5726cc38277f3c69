package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.cloude/agent/internal/frame"
)

func TestRunsAProgram(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("one", shell("echo out; echo err >&2; exit 7"))
		expect(t, "stdout", f.output[frame.Stdout], "out\n")
		expect(t, "stderr", f.output[frame.Stderr], "err\n")
		expect(t, "exit code", f.end.ExitCode, 7)
		expect(t, "phase", f.end.Phase, "run")
		expect(t, "phases", f.phases, `[{"phase":"run"}]`)
		expect(t, "error", text(f.end.Error), "")
		if f.end.Signal != nil || f.end.TimedOut || f.end.StdoutTruncated || f.end.StderrTruncated {
			t.Errorf("an ordinary end: %+v", f.end)
		}
		if f.end.RunMs <= 0 {
			t.Errorf("run_ms is %v", f.end.RunMs)
		}
		eventually(t, "the work folder is gone", func() bool {
			left, err := os.ReadDir(a.workDir)
			return err == nil && len(left) == 0
		})
	})
}

func TestSourceStdinAndOutputAreByteExact(t *testing.T) {
	a := start(t)
	var all []byte
	for i := 0; i < 256; i++ {
		all = append(all, byte(i))
	}
	body := request{
		"files":        []interface{}{source("a/b/c.bin", all), source("a/d", []byte("\r\n\t x ")), source("empty", nil)},
		"run":          []string{"/bin/sh", "-c", `cat a/b/c.bin a/d empty; cat >&2`},
		"stdin_base64": base64.StdEncoding.EncodeToString(append([]byte("in:"), all...)),
	}
	f := a.run("bytes", body)
	expect(t, "stdout", f.output[frame.Stdout], string(all)+"\r\n\t x ")
	expect(t, "stderr", f.output[frame.Stderr], "in:"+string(all))
}

func TestStdinIsEmptyWhenNotGiven(t *testing.T) {
	f := start(t).run("stdin", shell("cat; echo end"))
	expect(t, "stdout", f.output[frame.Stdout], "end\n")
}

func TestStandardStreamsCanBeOpenedByName(t *testing.T) {
	body := shell("cat /dev/stdin; echo o > /dev/stdout; echo e > /dev/stderr")
	f := start(t).run("names", body.with("stdin_base64", base64.StdEncoding.EncodeToString([]byte("i\n"))))
	expect(t, "stdout", f.output[frame.Stdout], "i\no\n")
	expect(t, "stderr", f.output[frame.Stderr], "e\n")
}

func TestArgumentsAndEnvironment(t *testing.T) {
	a := start(t)
	body := shell(`echo "$0|$1|$LANG|$X|$SECRET|$HOME|$PWD"`)
	body.with("args", []string{"a b", ""}).with("env", map[string]string{"X": "1=2", "LANG": "C"})
	f := a.run("env", body)
	job := filepath.Join(a.workDir, "job")
	expect(t, "stdout", f.output[frame.Stdout], "a b||C|1=2||"+job+"|"+job+"\n")
}

func TestProgramHasNoRights(t *testing.T) {
	everyWay(t, func(t *testing.T, a *agent) {
		f := a.run("rights", shell(`grep -E '^(Uid|Gid|Groups|NoNewPrivs|CapEff|SigIgn|SigBlk)' /proc/self/status
			umask; ulimit -c; cat /proc/self/oom_score_adj; ls /proc/self/fd | wc -l; [ "$(cut -d' ' -f6 /proc/$$/stat)" = $$ ] && echo leader
			touch mine && echo writable; touch ../theirs 2>/dev/null || echo confined`))
		want := strings.Join([]string{
			"Uid:\t10000\t10000\t10000\t10000", "Gid:\t10000\t10000\t10000\t10000", "Groups:\t ",
			"SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "CapEff:\t0000000000000000",
			"NoNewPrivs:\t1", "0022", "0", "1000", "4", "leader", "writable", "confined", "",
		}, "\n")
		expect(t, "stdout", f.output[frame.Stdout], want)
	})
}

func TestRootOnRequest(t *testing.T) {
	f := start(t).run("root", shell("id -u; grep NoNewPrivs /proc/self/status").with("root", true))
	expect(t, "stdout", f.output[frame.Stdout], "0\nNoNewPrivs:\t1\n")
}

func TestCompilesThenRuns(t *testing.T) {
	a := start(t)
	body := request{
		"files":   []interface{}{source("src/main.x", []byte("echo made"))},
		"compile": []string{"/bin/sh", "-c", "echo compiling; echo warning >&2; cp src/main.x prog; chmod +x prog"},
		"run":     []string{"/bin/sh", "./prog"},
	}
	f := a.run("compile", body)
	expect(t, "compiler's stdout", f.output[frame.CompilerStdout], "compiling\n")
	expect(t, "compiler's stderr", f.output[frame.CompilerStderr], "warning\n")
	expect(t, "stdout", f.output[frame.Stdout], "made\n")
	expect(t, "phases", f.phases, `[{"phase":"compile"} {"phase":"run"}]`)
	expect(t, "exit code", f.end.ExitCode, 0)
	if f.end.CompileMs <= 0 || f.end.RunMs <= 0 {
		t.Errorf("compile_ms %v, run_ms %v", f.end.CompileMs, f.end.RunMs)
	}
}

func TestFailingCompilerIsTheResult(t *testing.T) {
	a := start(t)
	f := a.run("broken", shell("echo never").with("compile", []string{"/bin/sh", "-c", "echo no such thing >&2; exit 3"}))
	expect(t, "phase", f.end.Phase, "compile")
	expect(t, "exit code", f.end.ExitCode, 3)
	expect(t, "compiler's stderr", f.output[frame.CompilerStderr], "no such thing\n")
	expect(t, "stdout", f.output[frame.Stdout], "")
}

func TestCompilerHasItsOwnTimeLimit(t *testing.T) {
	body := shell("echo never").with("compile", []string{"/bin/sleep", "1000"})
	f := start(t).run("slow", body.with("compile_timeout_ms", 100).with("run_timeout_ms", 60000))
	expect(t, "phase", f.end.Phase, "compile")
	expect(t, "exit code", f.end.ExitCode, 124)
	expect(t, "timed out", f.end.TimedOut, true)
}

func TestCommandIsFoundInPath(t *testing.T) {
	f := start(t).run("path", request{"files": []interface{}{}, "run": []string{"echo", "found"}})
	expect(t, "stdout", f.output[frame.Stdout], "found\n")
}

func TestCommandThatCannotBeStarted(t *testing.T) {
	a := start(t)
	for name, c := range map[string]struct {
		command string
		code    int
	}{
		"missing":  {"/no/such/program", 127},
		"not-here": {"no-such-program", 127},
		"a-folder": {"/", 126},
		"a-text":   {"./text", 126},
	} {
		body := request{"files": []interface{}{source("text", []byte("x"))}, "run": []string{c.command}}
		f := a.run(name, body)
		expect(t, name+" exit code", f.end.ExitCode, c.code)
		if !strings.Contains(text(f.end.Error), c.command) {
			t.Errorf("%s: the sentence does not name the command: %q", name, text(f.end.Error))
		}
	}
}
