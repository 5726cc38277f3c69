// Package frame is the wire form of an execution: what the agent writes to whoever is attached.
// docs/agent-protocol.md describes it for the reader on the other side.
package frame

import (
	"encoding/binary"
	"encoding/json"
	"io"
)

// MediaType names a stream of frames in HTTP.
const MediaType = "application/vnd.cloude.frames"

// MaxPayload is the longest payload of one frame, in bytes.
const MaxPayload = 65536

const headerLength = 5

// Kind is the first byte of a frame.
type Kind byte

// The kinds of frames.
const (
	Stdout         Kind = 0x01
	Stderr         Kind = 0x02
	CompilerStdout Kind = 0x03
	CompilerStderr Kind = 0x04
	Phase          Kind = 0x10
	KeepAlive      Kind = 0x20
	Ended          Kind = 0x7f
)

// IsOutput tells whether payloads of this kind are a piece of a byte stream, which may be cut and
// joined anywhere.
func (k Kind) IsOutput() bool {
	return k >= Stdout && k <= CompilerStderr
}

// Frame is one frame; the payload has at most MaxPayload bytes.
type Frame struct {
	Kind    Kind
	Payload []byte
}

// WriteTo writes the frame: kind, big-endian length, payload.
func (f Frame) WriteTo(w io.Writer) (int64, error) {
	var header [headerLength]byte
	header[0] = byte(f.Kind)
	binary.BigEndian.PutUint32(header[1:], uint32(len(f.Payload)))
	n, err := w.Write(header[:])
	if err != nil || len(f.Payload) == 0 {
		return int64(n), err
	}
	m, err := w.Write(f.Payload)
	return int64(n + m), err
}

// The names of the phases in Phase frames and in End.
const (
	CompilePhase = "compile"
	RunPhase     = "run"
)

// End is the payload of the last frame.
type End struct {
	// ExitCode is the program's own; 128 + n when signal n killed it; 124 when it was out of time;
	// 125, 126 or 127 together with Error.
	ExitCode int `json:"exit_code"`
	// Signal is the signal that killed the program, nil when it ended by itself.
	Signal          *int   `json:"signal"`
	TimedOut        bool   `json:"timed_out"`
	Phase           string `json:"phase"`
	StdoutTruncated bool   `json:"stdout_truncated"`
	StderrTruncated bool   `json:"stderr_truncated"`
	// Wall time from execve to the end of the main process, in milliseconds.
	CompileMs float64 `json:"compile_ms"`
	RunMs     float64 `json:"run_ms"`
	// Error is a sentence when the agent could not run the program at all.
	Error *string `json:"error"`
	// Limit names the limit that ended the phase, or explains its failure; nil when none does.
	Limit *string `json:"limit"`
	// What the run phase used: CPU time of all its processes in milliseconds, bytes of memory at one time
	// (nil when unknown), bytes read of each stream, kept or not.
	CPUMs           float64 `json:"cpu_ms"`
	PeakMemoryBytes *uint64 `json:"peak_memory_bytes"`
	StdoutBytes     int64   `json:"stdout_bytes"`
	StderrBytes     int64   `json:"stderr_bytes"`
	// The compiler, in the same terms; CompileExitCode is nil when there was none.
	CompileExitCode        *int    `json:"compile_exit_code"`
	CompileSignal          *int    `json:"compile_signal"`
	CompileLimit           *string `json:"compile_limit"`
	CompileCPUMs           float64 `json:"compile_cpu_ms"`
	CompilePeakMemoryBytes *uint64 `json:"compile_peak_memory_bytes"`
	CompileStdoutBytes     int64   `json:"compile_stdout_bytes"`
	CompileStderrBytes     int64   `json:"compile_stderr_bytes"`
	CompileStdoutTruncated bool    `json:"compile_stdout_truncated"`
	CompileStderrTruncated bool    `json:"compile_stderr_truncated"`
}

// The names of the limits in End.
const (
	LimitWall      = "wall"
	LimitCPU       = "cpu"
	LimitMemory    = "memory"
	LimitProcesses = "processes"
	LimitOutput    = "output"
	LimitDisk      = "disk"
	LimitFileSize  = "file_size"
)

// Encode gives the payload of the Ended frame.
func (e End) Encode() []byte {
	return mustEncode(e)
}

// PhasePayload gives the payload of a Phase frame.
func PhasePayload(name string) []byte {
	return mustEncode(struct {
		Phase string `json:"phase"`
	}{name})
}

func mustEncode(v interface{}) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		// Only strings, numbers and booleans go in: none of them can fail.
		panic(err)
	}
	return b
}
