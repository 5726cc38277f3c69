package launch

import (
	"encoding/json"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// maxReport bounds what is read of a report, in bytes. It is written before the program runs, by the
// agent's own code; the bound is for the day when that is wrong.
const maxReport = 8192

// Failure says why a launch did not become the program.
type Failure struct {
	ExitCode int    `json:"exit_code"`
	Reason   string `json:"reason"`
}

// Report is what the agent learns about a launch.
type Report struct {
	// Began is when execve was called; the time at which the report was read when it never was.
	Began   time.Time
	Failure *Failure
}

// message is one step of a report. The launch knows the time better than the agent, which may have to
// wait for the processor while the program already runs.
type message struct {
	BeganUnixNano int64    `json:"began,omitempty"`
	Failure       *Failure `json:"failure,omitempty"`
}

// began reports the time. It is the last thing before execve and the first in the program's cgroup: it
// allocates nothing, and lets the Go runtime start no thread.
func began() {
	var buffer [64]byte
	text := append(buffer[:0], `{"began":`...)
	text = append(strconv.AppendInt(text, time.Now().UnixNano(), 10), '}')
	// SAFETY: the kernel reads the bytes of text and writes nothing.
	_, _, _ = syscall.RawSyscall(syscall.SYS_WRITE, ReportFD, uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)))
}

// fail reports and ends the launch.
func fail(exitCode int, reason string) {
	if encoded, err := json.Marshal(message{Failure: &Failure{exitCode, reason}}); err == nil {
		_, _ = syscall.Write(ReportFD, encoded)
	}
	os.Exit(exitCode)
}

// ReadReport waits until the launch became the program or failed.
func ReadReport(pipe io.Reader) Report {
	messages := json.NewDecoder(io.LimitReader(pipe, maxReport))
	var report Report
	var began int64
	for {
		var next message
		if err := messages.Decode(&next); err != nil {
			break // the end
		}
		if next.Failure != nil {
			report.Failure = next.Failure
		}
		if next.BeganUnixNano != 0 {
			began = next.BeganUnixNano
		}
	}
	report.Began = time.Now()
	if since := report.Began.UnixNano() - began; began != 0 && since > 0 {
		// In terms of this process's monotonic clock, so that a change of the date moves nothing else.
		report.Began = report.Began.Add(-time.Duration(since))
	}
	return report
}
