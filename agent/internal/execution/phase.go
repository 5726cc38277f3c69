package execution

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/launch"
	"dev.cloude/agent/internal/process"
)

// drainTime bounds how long output is read after everything was killed. It is only used up when
// something unkillable still holds a pipe.
const drainTime = 500 * time.Millisecond

// maxReport bounds what is read of a launch's report, in bytes.
const maxReport = 4096

// phase is one program to run: the compiler or the program itself.
type phase struct {
	name                   string
	command                []string
	dir                    string
	env                    []string
	uid                    int
	stdin                  []byte
	stdoutKind, stderrKind frame.Kind
	timeout                time.Duration
	outputLimit            int
}

type outcome struct {
	process.Result
	timedOut, stopped          bool
	stdoutTruncated, stderrCut bool
	took                       time.Duration
	failure                    *launch.Failure
}

// describe says in the words of the last frame how the phase ended.
func (o outcome) describe(end frame.End) frame.End {
	end.StdoutTruncated = o.stdoutTruncated
	end.StderrTruncated = o.stderrCut
	if o.failure != nil {
		return failed(end, o.failure.ExitCode, o.failure.Reason)
	}
	killed := int(syscall.SIGKILL)
	switch {
	case o.stopped:
		end.Signal = &killed
		return failed(end, exitSignalled+killed, "The agent was stopped.")
	case o.timedOut && o.Status.Signaled():
		// A program that ended by itself at the last moment keeps its own exit code.
		end.TimedOut = true
		end.Signal = &killed
		end.ExitCode = exitTimedOut
	case o.stdoutTruncated || o.stderrCut:
		// Also when it ended by itself before the kill: the same program must always end the same way.
		end.Signal = &killed
		end.ExitCode = exitSignalled + killed
	case o.Status.Signaled():
		signal := int(o.Status.Signal())
		end.Signal = &signal
		end.ExitCode = exitSignalled + signal
	default:
		end.ExitCode = o.Status.ExitStatus()
	}
	return end
}

func agentFailure(what string, err error) outcome {
	return outcome{failure: &launch.Failure{
		ExitCode: launch.ExitAgent,
		Reason:   fmt.Sprintf("The agent could not %s: %v.", what, err),
	}}
}

// phase runs one program until it ended, was out of time or wrote too much; then kills everything it
// left behind.
func (r *Runner) phase(p phase, output *journal.Journal) outcome {
	stdin, err := r.place.stdinFile(p.stdin, p.uid)
	if err != nil {
		return agentFailure("make the program's standard input", err)
	}
	defer stdin.Close()
	over := make(chan struct{}, 2)
	stdout, err := newStream(p.stdoutKind, p.outputLimit, p.uid, over)
	if err != nil {
		return agentFailure("make a pipe", err)
	}
	defer stdout.close()
	stderr, err := newStream(p.stderrKind, p.outputLimit, p.uid, over)
	if err != nil {
		return agentFailure("make a pipe", err)
	}
	defer stderr.close()
	report, reportWriter, err := os.Pipe()
	if err != nil {
		return agentFailure("make a pipe", err)
	}
	defer report.Close()
	defer reportWriter.Close()
	group := r.group(p.name)
	if group != nil {
		defer group.Remove()
	}
	started := time.Now()
	child, err := r.Table.Start(r.plan(p, group).Argv(p.command), &syscall.ProcAttr{
		Dir:   p.dir,
		Env:   p.env,
		Files: []uintptr{stdin.Fd(), stdout.writer.Fd(), stderr.writer.Fd(), reportWriter.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return agentFailure("start a process", err)
	}
	_ = stdout.writer.Close()
	_ = stderr.writer.Close()
	_ = reportWriter.Close()
	go stdout.copy(output)
	go stderr.copy(output)
	launched := make(chan launchReport, 1)
	go func() { launched <- readReport(report) }()

	var o outcome
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	for running := true; running; {
		select {
		case report := <-launched:
			launched = nil
			started = report.at
			o.failure = report.failure
			if !timer.Stop() {
				select {
				case <-timer.C:
				default:
				}
			}
			timer.Reset(p.timeout)
		case <-child.Done():
			running = false
		case <-timer.C:
			o.timedOut = true
			running = false
		case <-over:
			running = false
		case <-r.stopping:
			o.stopped = true
			running = false
		}
	}
	if !r.Table.KillAll(child, group, p.uid) {
		r.Log("some processes of the %s phase could not be killed", p.name)
	}
	if launched != nil {
		// The program, or the launch, ended before its report was looked at.
		_ = report.SetReadDeadline(time.Now().Add(drainTime))
		last := <-launched
		started = last.at
		o.failure = last.failure
	}
	drained := time.Now().Add(drainTime)
	for _, s := range []*stream{stdout, stderr} {
		_ = s.reader.SetReadDeadline(drained)
		<-s.done
	}
	o.stdoutTruncated, o.stderrCut = stdout.truncated, stderr.truncated
	select {
	case <-child.Done():
		o.Result = child.Result()
	default:
		o.At = time.Now()
		o.Status = syscall.WaitStatus(syscall.SIGKILL)
	}
	if took := o.At.Sub(started); took > 0 {
		o.took = took
	}
	return o
}

// group makes the cgroup of a phase; nil where none can be had.
func (r *Runner) group(phase string) *cgroup.Group {
	if r.Cgroup == nil {
		return nil
	}
	r.groups++
	group, err := r.Cgroup.New("cloude-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(r.groups) + "-" + phase)
	if err != nil {
		r.Log("no cgroup for the %s phase: %v", phase, err)
		return nil
	}
	return group
}

func (r *Runner) plan(p phase, group *cgroup.Group) launch.Plan {
	plan := launch.Plan{UID: p.uid, Processes: processLimit()}
	if group == nil {
		return plan
	}
	plan.Cgroup = group.Procs()
	_ = group.Limit("pids.max", plan.Processes)
	if r.LimitMemory {
		if most, ok := memoryLimit(); ok {
			_ = group.Limit("memory.max", most)
		}
	}
	return plan
}

type launchReport struct {
	at      time.Time
	failure *launch.Failure
}

// readReport waits for execve, which closes the pipe, or for what went wrong before it.
func readReport(report io.Reader) launchReport {
	content, _ := io.ReadAll(io.LimitReader(report, maxReport))
	at := time.Now()
	if len(content) == 0 {
		return launchReport{at: at}
	}
	var failure launch.Failure
	if err := json.Unmarshal(content, &failure); err != nil {
		failure = launch.Failure{ExitCode: launch.ExitAgent, Reason: "The launch ended with a report that cannot be read."}
	}
	return launchReport{at: at, failure: &failure}
}
