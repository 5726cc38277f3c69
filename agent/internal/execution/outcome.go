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

// outcome is how a phase ended.
type outcome struct {
	status syscall.WaitStatus
	// timedOut and stopped say why it was killed, if it was.
	timedOut, stopped                bool
	stdoutTruncated, stderrTruncated bool
	took                             time.Duration
	failure                          *launch.Failure
}

func agentFailure(what string, err error) outcome {
	return outcome{failure: &launch.Failure{
		ExitCode: launch.ExitAgent,
		Reason:   fmt.Sprintf("The agent could not %s: %v.", what, err),
	}}
}

// describe says in the words of the last frame how the phase ended.
func (o outcome) describe(end frame.End) frame.End {
	end.StdoutTruncated = o.stdoutTruncated
	end.StderrTruncated = o.stderrTruncated
	switch {
	case o.failure != nil:
		return failed(end, o.failure.ExitCode, o.failure.Reason)
	case o.stopped:
		return failed(killed(end, syscall.SIGKILL), exitSignalled+int(syscall.SIGKILL), "The agent was stopped.")
	case o.timedOut && o.status.Signaled():
		// A program that ended by itself at the last moment keeps its own exit code.
		end = killed(end, syscall.SIGKILL)
		end.TimedOut = true
		end.ExitCode = exitTimedOut
		return end
	case o.stdoutTruncated || o.stderrTruncated:
		// Also when it ended by itself before the kill: the same program must always end the same way.
		return killed(end, syscall.SIGKILL)
	case o.status.Signaled():
		return killed(end, o.status.Signal())
	default:
		end.ExitCode = o.status.ExitStatus()
		return end
	}
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
