// Package journal keeps what an execution wrote, in order, so that any number of readers can follow
// it from its first byte while it is still being written.
package journal

import (
	"sync"

	"dev.cloude/agent/internal/frame"
)

// run is a stretch of data of one kind; it begins where the run before it ends. Output of the same
// kind is joined, so a program that writes byte by byte costs memory by its bytes, not by its writes.
type run struct {
	kind frame.Kind
	end  int
}

// Journal grows until it is ended. Its size is bounded by its writer.
type Journal struct {
	mu sync.Mutex
	// data is append-only: a slice of it stays valid and unchanged after the lock is released.
	data []byte
	runs []run
	// changed is closed at the next append and replaced.
	changed chan struct{}
	ended   chan struct{}
}

// New gives an empty journal.
func New() *Journal {
	return &Journal{changed: make(chan struct{}), ended: make(chan struct{})}
}

// Append adds a payload. Output may be of any length; other payloads must fit one frame.
func (j *Journal) Append(kind frame.Kind, payload []byte) {
	if len(payload) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.data = append(j.data, payload...)
	last := len(j.runs) - 1
	if last >= 0 && kind.IsOutput() && j.runs[last].kind == kind {
		j.runs[last].end = len(j.data)
	} else {
		j.runs = append(j.runs, run{kind, len(j.data)})
	}
	close(j.changed)
	j.changed = make(chan struct{})
}

// End adds the last frame. Nothing may be appended after it.
func (j *Journal) End(payload []byte) {
	j.Append(frame.Ended, payload)
	close(j.ended)
}

// Ended is closed once the last frame is in.
func (j *Journal) Ended() <-chan struct{} {
	return j.ended
}

// Size is the number of payload bytes kept.
func (j *Journal) Size() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.data)
}

// Reader follows a journal from its start. It is used by one goroutine.
type Reader struct {
	journal *Journal
	at      int
	run     int
}

// Reader gives a new reader, placed before the first frame.
func (j *Journal) Reader() *Reader {
	return &Reader{journal: j}
}

// Next gives the next frame and true, or, when there is none yet, false and a channel that is closed
// when there may be one. The payload must not be changed.
func (r *Reader) Next() (frame.Frame, <-chan struct{}, bool) {
	j := r.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	for r.run < len(j.runs) && j.runs[r.run].end == r.at {
		if r.run+1 == len(j.runs) {
			// The run may still grow: stay in it.
			return frame.Frame{}, j.changed, false
		}
		r.run++
	}
	if r.run == len(j.runs) {
		return frame.Frame{}, j.changed, false
	}
	end := j.runs[r.run].end
	if end-r.at > frame.MaxPayload {
		end = r.at + frame.MaxPayload
	}
	f := frame.Frame{Kind: j.runs[r.run].kind, Payload: j.data[r.at:end:end]}
	r.at = end
	return f, nil, true
}
