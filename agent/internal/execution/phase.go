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
	"dev.cloude/agent/internal/spec"
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
	limits                 spec.Limits
	// diskPerFile is the limit of the disk where that cannot be had as a whole; 0 for none.
	diskPerFile uint64
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
	used := newMeter(r.Table, group)
	countable := r.place.disk.countable()
	plan := r.plan(p, group)
	started := time.Now()
	child, err := r.Table.Start(plan.Argv(p.command), &syscall.ProcAttr{
		Dir:   p.dir,
		Env:   p.env,
		Files: pipes.files(),
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return agentFailure("start a process", err)
	}
	pipes.follow(output)
	o, report := r.await(child, pipes, p, used)
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
	o.stdout, o.stderr = pipes.stdout.streamResult, pipes.stderr.streamResult
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
	r.Table.Reap()
	o.cpu, o.peakMemory = used.cpu(), used.peakMemory(child)
	if group != nil {
		o.outOfMemory, o.forkRefused = group.OutOfMemory(), group.ForkRefused()
	}
	o.diskFull = anyFull(countable)
	o.fileAtLimit = func() bool { return r.place.disk.hasFileOf(p.fileSize(), p.uid, started) }
	return o
}

// await returns when the program has ended or must be. The time limit counts from execve, so that it is
// the program's alone.
func (r *Runner) await(child *process.Child, pipes *pipes, p phase, used meter) (o outcome, report *launch.Report) {
	o.phase = p
	wall := time.NewTimer(p.timeout)
	defer func() { wall.Stop() }()
	var look <-chan time.Time
	if p.limits.CPUTime > 0 {
		look = time.After(0)
	}
	for {
		select {
		case launched := <-pipes.launched:
			report = &launched
			wall.Stop()
			wall = time.NewTimer(p.timeout)
		case <-child.Done():
			return o, report
		case <-wall.C:
			o.timedOut = true
			return o, report
		case <-look:
			cpu, pause := used.look(p.limits.CPUTime)
			if cpu >= p.limits.CPUTime {
				o.overCPU = true
				return o, report
			}
			look = time.After(pause)
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
