package execution

import (
	"fmt"
	"syscall"
	"time"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/launch"
)

// exitTimedOut is the exit code of a program killed at its time limit, as in timeout(1).
const exitTimedOut = 124

// exitSignalled is added to a signal's number, as in shells.
const exitSignalled = 128

// outcome is how a phase ended, and what it used.
type outcome struct {
	phase  phase
	status syscall.WaitStatus
	// timedOut, overCPU and stopped say why it was killed, if it was.
	timedOut, overCPU, stopped bool
	stdout, stderr             streamResult
	took, cpu                  time.Duration
	peakMemory                 *uint64
	failure                    *launch.Failure
	// What the kernel says of the phase's limits.
	outOfMemory, forkRefused, diskFull bool
	// fileAtLimit searches for a file of the largest size allowed; only asked when it matters.
	fileAtLimit func() bool
}

func agentFailure(what string, err error) outcome {
	return outcome{failure: &launch.Failure{
		ExitCode: launch.ExitAgent,
		Reason:   fmt.Sprintf("The agent could not %s: %v.", what, err),
	}}
}

// ofProgram says in the words of the last frame how the run phase ended.
func (o outcome) ofProgram(end frame.End) frame.End {
	end.RunMs = milliseconds(o.took)
	end.CPUMs, end.PeakMemoryBytes = milliseconds(o.cpu), o.peakMemory
	end.StdoutBytes, end.StderrBytes = o.stdout.total, o.stderr.total
	return o.describe(end)
}

// ofCompiler says the same of the compile phase.
func (o outcome) ofCompiler(end frame.End) frame.End {
	end.CompileMs = milliseconds(o.took)
	end.CompileCPUMs, end.CompilePeakMemoryBytes = milliseconds(o.cpu), o.peakMemory
	end.CompileStdoutBytes, end.CompileStderrBytes = o.stdout.total, o.stderr.total
	end.CompileStdoutTruncated, end.CompileStderrTruncated = o.stdout.truncated, o.stderr.truncated
	end = o.describe(end)
	exitCode := end.ExitCode
	end.CompileExitCode, end.CompileSignal, end.CompileLimit = &exitCode, end.Signal, end.Limit
	return end
}

// describe fills in what the last frame says of the phase that came last.
func (o outcome) describe(end frame.End) frame.End {
	end.StdoutTruncated, end.StderrTruncated = o.stdout.truncated, o.stderr.truncated
	end.Limit = o.limit()
	switch {
	case o.failure != nil:
		return failed(end, o.failure.ExitCode, o.failure.Reason)
	case o.stopped:
		return failed(killed(end, syscall.SIGKILL), exitSignalled+int(syscall.SIGKILL), "The agent was stopped.")
	case o.ranOut():
		// A program that ended by itself at the last moment keeps its own exit code.
		end = killed(end, syscall.SIGKILL)
		end.TimedOut = true
		end.ExitCode = exitTimedOut
		return end
	case o.cut():
		// Also when it ended by itself before the kill: the same program must always end the same way.
		return killed(end, syscall.SIGKILL)
	case o.status.Signaled():
		return killed(end, o.status.Signal())
	default:
		end.ExitCode = o.status.ExitStatus()
		return end
	}
}

// ranOut tells whether the time limit ended the program.
func (o outcome) ranOut() bool {
	return o.timedOut && o.status.Signaled()
}

// cut tells whether the program wrote more than it may.
func (o outcome) cut() bool {
	return o.stdout.truncated || o.stderr.truncated
}

func killed(end frame.End, signal syscall.Signal) frame.End {
	number := int(signal)
	end.Signal = &number
	end.ExitCode = exitSignalled + number
	return end
}

func failed(end frame.End, exitCode int, sentence string) frame.End {
	end.ExitCode = exitCode
	end.Error = &sentence
	return end
}
