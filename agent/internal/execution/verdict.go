package execution

import (
	"syscall"

	"dev.cloude/agent/internal/frame"
)

// limit names the limit that ended the phase, or was hit and explains its failure; nil when none does, or
// when nothing failed. Only what the kernel or the agent has seen counts: docs/agent-protocol.md has
// the rules, in the same order.
func (o outcome) limit() *string {
	if o.failure != nil || o.stopped || o.succeeded() {
		return nil
	}
	name := ""
	switch {
	case o.outOfMemory:
		name = frame.LimitMemory
	case o.forkRefused:
		name = frame.LimitProcesses
	case o.diskFull:
		name = frame.LimitDisk
	case o.fileTooLarge():
		name = frame.LimitFileSize
		if limit := o.phase.limits.FileSize; limit == 0 || o.phase.fileSize() < limit {
			name = frame.LimitDisk // it stood for the disk's
		}
	case o.cut():
		name = frame.LimitOutput
	case o.killedForCPU():
		name = frame.LimitCPU
	case o.ranOut():
		name = frame.LimitWall
	default:
		return nil
	}
	return &name
}

func (o outcome) succeeded() bool {
	return o.status.Exited() && o.status.ExitStatus() == 0 && !o.cut()
}

// fileTooLarge tells whether the limit of a single file was met: by the signal, or, where a program
// ignores that or a child of it died, by the file that is left.
func (o outcome) fileTooLarge() bool {
	if o.phase.fileSize() == 0 {
		return false
	}
	if o.status.Signaled() {
		return o.status.Signal() == syscall.SIGXFSZ
	}
	return !o.cut() && o.fileAtLimit()
}

// killedForCPU tells whether the CPU time ended the program: the agent's doing, or the kernel's.
func (o outcome) killedForCPU() bool {
	most := o.phase.limits.CPUTime
	if most == 0 || !o.status.Signaled() || o.timedOut {
		return false
	}
	byKernel := o.status.Signal() == syscall.SIGXCPU || o.status.Signal() == syscall.SIGKILL
	return o.overCPU || byKernel && o.cpu >= most
}
