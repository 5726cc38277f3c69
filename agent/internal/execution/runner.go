package execution

import (
	"sort"
	"sync"
	"time"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/launch"
	"dev.cloude/agent/internal/process"
	"dev.cloude/agent/internal/spec"
)

// ProgramUser is the user and group of every program that is not run as root.
const ProgramUser = 10000

// Config is what a Runner needs.
type Config struct {
	Table *process.Table
	// Image is what holds where a request says nothing.
	Image spec.Image
	// WorkDir is where the job's folder is made.
	WorkDir string
	// Cgroup is nil where none can be had.
	Cgroup *cgroup.Parent
	// Guest keeps a reserve of memory for the agent; for guests, which belong to one program.
	Guest bool
	// Mounts is whether file systems may be mounted for an execution.
	Mounts bool
	Log    func(format string, args ...interface{})
}

// Runner runs one program at a time; the registry sees to that.
type Runner struct {
	Config
	place workplace
	// busy is held from the start of an execution until its folder is gone.
	busy sync.Mutex
	// groups are the cgroups of the current execution, made counts those of all.
	groups []*cgroup.Group
	made   int

	stopping chan struct{}
	stopOnce sync.Once
}

// NewRunner gives a runner that has run nothing yet.
func NewRunner(config Config) *Runner {
	return &Runner{
		Config:   config,
		place:    workplace{base: config.WorkDir, mounts: config.Mounts, shared: config.Image.WorkingDir},
		stopping: make(chan struct{}),
	}
}

// Stop kills the running program, now and for every later one.
func (r *Runner) Stop() {
	r.stopOnce.Do(func() { close(r.stopping) })
}

// Run runs the program to its end and ends the journal. free is called just before the end becomes
// visible. The work folder goes after that, so that nobody waits for it but the next execution.
func (r *Runner) Run(request spec.Spec, output *journal.Journal, free func()) {
	r.busy.Lock()
	defer r.busy.Unlock()
	end := r.phases(request, output)
	r.Log("execution ended: %s", end.Encode())
	remove := r.place.setAside()
	free()
	output.End(end.Encode())
	remove()
	for _, group := range r.groups {
		group.Remove()
	}
	r.groups = nil
}

// Wait returns when nothing is left of the last execution.
func (r *Runner) Wait() {
	r.busy.Lock()
	defer r.busy.Unlock()
}

func (r *Runner) phases(request spec.Spec, output *journal.Journal) frame.End {
	end := frame.End{Phase: frame.RunPhase}
	uid := ProgramUser
	if request.Root {
		uid = 0
	}
	dir, err := r.place.prepare(request, uid)
	if err != nil {
		return failed(end, launch.ExitAgent, err.Error())
	}
	p := phase{
		dir: dir, env: environment(dir, r.Image.Env, request.Env), uid: uid, outputLimit: request.OutputLimit,
	}
	if !r.Mounts {
		p.diskPerFile = request.DiskLimit
	}
	if len(request.Compile) > 0 {
		compile := p
		compile.name, compile.command = frame.CompilePhase, request.Compile
		compile.stdoutKind, compile.stderrKind = frame.CompilerStdout, frame.CompilerStderr
		compile.timeout, compile.limits = request.CompileTimeout, request.CompileLimits
		end.Phase = frame.CompilePhase
		output.Append(frame.Phase, frame.PhasePayload(end.Phase))
		end = r.phase(compile, output).ofCompiler(end)
		if end.ExitCode != 0 || end.Error != nil {
			return end
		}
		end.Phase = frame.RunPhase
	}
	p.name, p.command, p.stdin = frame.RunPhase, request.Run, request.Stdin
	p.stdoutKind, p.stderrKind = frame.Stdout, frame.Stderr
	p.timeout, p.limits = request.RunTimeout, request.RunLimits
	output.Append(frame.Phase, frame.PhasePayload(end.Phase))
	return r.phase(p, output).ofProgram(end)
}

// environment puts the request's variables over the image's, and those over the few that every program
// finds. Nothing of the agent's own environment is passed on.
func environment(dir string, image map[string]string, requested []string) []string {
	defaults := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + dir,
		"LANG=C.UTF-8",
	}
	given := make(map[string]bool, len(requested)+len(image))
	for _, variable := range requested {
		given[nameOf(variable)] = true
	}
	env := make([]string, 0, len(defaults)+len(image)+len(requested))
	for name, value := range image {
		if !given[name] {
			env = append(env, name+"="+value)
			given[name] = true
		}
	}
	sort.Strings(env)
	for _, variable := range defaults {
		if !given[nameOf(variable)] {
			env = append(env, variable)
		}
	}
	return append(env, requested...)
}

func nameOf(variable string) string {
	for i := range variable {
		if variable[i] == '=' {
			return variable[:i]
		}
	}
	return variable
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
