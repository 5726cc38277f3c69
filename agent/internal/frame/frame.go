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
}

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
