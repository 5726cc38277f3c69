package execution

import (
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

// phase runs one program until it ended, was out of time or wrote too much; then kills everything it
// left behind.
func (r *Runner) phase(p phase, output *journal.Journal) outcome {
	stdin, err := r.place.stdinFile(p.stdin, p.uid)
	if err != nil {
		return agentFailure("make the program's standard input", err)
	}
	defer stdin.Close()
	pipes, err := openPipes(p, stdin)
	if err != nil {
		return agentFailure("make a pipe", err)
	}
	defer pipes.close()
	group := r.group(p.name)
	started := time.Now()
	child, err := r.Table.Start(r.plan(p.uid, group).Argv(p.command), &syscall.ProcAttr{
		Dir:   p.dir,
		Env:   p.env,
		Files: pipes.files(),
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return agentFailure("start a process", err)
	}
	pipes.follow(output)
	o, report := r.await(child, pipes, p.timeout)
	if !r.Table.KillAll(child, group, p.uid) {
		r.Log("some processes of the %s phase could not be killed", p.name)
	}
	pipes.drain()
	if report == nil {
		// The program, or its launch, ended before anybody looked at the report.
		last := <-pipes.launched
		report = &last
	}
	o.failure = report.Failure
	if report.Began.After(started) {
		started = report.Began
	}
	o.stdoutTruncated, o.stderrTruncated = pipes.stdout.truncated, pipes.stderr.truncated
	ended := time.Now()
	o.status = syscall.WaitStatus(syscall.SIGKILL) // of a process that cannot even be killed
	select {
	case <-child.Done():
		ended, o.status = child.Result().At, child.Result().Status
	default:
	}
	if ended.After(started) {
		o.took = ended.Sub(started)
	}
	return o
}

// await returns when the program has ended or must be. The time limit counts from execve, so that it is
// the program's alone.
func (r *Runner) await(child *process.Child, pipes *pipes, timeout time.Duration) (o outcome, report *launch.Report) {
	timer := time.NewTimer(timeout)
	defer func() { timer.Stop() }()
	for {
		select {
		case launched := <-pipes.launched:
			report = &launched
			timer.Stop()
			timer = time.NewTimer(timeout)
		case <-child.Done():
			return o, report
		case <-timer.C:
			o.timedOut = true
			return o, report
		case <-pipes.over:
			return o, report
		case <-r.stopping:
			o.stopped = true
			return o, report
		}
	}
}

// group makes the cgroup of a phase; nil where none can be had. It is removed after the execution.
func (r *Runner) group(phase string) *cgroup.Group {
	if r.Cgroup == nil {
		return nil
	}
	r.made++
	group, err := r.Cgroup.New("cloude-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(r.made) + "-" + phase)
	if err != nil {
		r.Log("no cgroup for the %s phase: %v", phase, err)
		return nil
	}
	r.groups = append(r.groups, group)
	return group
}

// plan limits what the program may take from the agent. A limit whose controller is missing is left out.
func (r *Runner) plan(uid int, group *cgroup.Group) launch.Plan {
	plan := launch.Plan{UID: uid, Processes: processLimit()}
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
