// Package execution runs programs: one at a time, each id at most once, with its output in a journal
// that anybody may follow from the start.
package execution

import (
	"errors"
	"fmt"
	"sync"

	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/spec"
)

// What a submission may be refused for. The messages are sentences for the client.
var (
	// ErrBusy means that another execution is running.
	ErrBusy = errors.New("Another execution is running; this agent runs one at a time.")
	// ErrConflict means that the id was used for another request.
	ErrConflict = errors.New("This id was used for a different request.")
	// ErrGone means that the execution ended and its output is no longer kept. It is not run again.
	ErrGone = errors.New("This execution ended and its output is no longer kept.")
	// ErrUnknown means that no execution has this id.
	ErrUnknown = errors.New("There is no execution with this id.")
)

// keptOutput is how much output of ended executions is kept for late readers, in bytes. The newest one
// is kept whatever its size.
const keptOutput = 16 << 20

// Digest identifies a request's body.
type Digest [32]byte

type record struct {
	digest Digest
	// journal is nil once the output is no longer kept.
	journal *journal.Journal
}

// Registry holds every id that was ever submitted (about 150 bytes each), so that none runs twice.
type Registry struct {
	runner *Runner

	mu      sync.Mutex
	records map[string]*record
	// running is the journal of the current execution; it is free for the next one before the end of
	// the current one is visible to its readers.
	running *journal.Journal
	// ended lists the records that still have a journal, oldest first.
	ended []*record
}

// NewRegistry gives an empty registry.
func NewRegistry(runner *Runner) *Registry {
	return &Registry{runner: runner, records: make(map[string]*record)}
}

// Submit starts an execution, or gives the journal of the one that the same request started before.
// parse is called only for an id that is new, and its error is returned as it is.
func (r *Registry) Submit(id string, digest Digest, parse func() (spec.Spec, error)) (*journal.Journal, error) {
	if known, err := r.lookup(id, &digest); known != nil || !errors.Is(err, ErrUnknown) {
		return known, err
	}
	request, err := parse()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.records[id]; known {
		// The same id arrived twice at the same time.
		return r.journalOf(id, &digest)
	}
	if r.running != nil {
		return nil, ErrBusy
	}
	started := &record{digest: digest, journal: journal.New()}
	r.records[id] = started
	r.running = started.journal
	go r.run(request, started)
	return started.journal, nil
}

// Attach gives the journal of an execution that was submitted before.
func (r *Registry) Attach(id string) (*journal.Journal, error) {
	return r.lookup(id, nil)
}

// Wait returns when no execution is running and nothing is left of the last one.
func (r *Registry) Wait() {
	r.mu.Lock()
	running := r.running
	r.mu.Unlock()
	if running != nil {
		<-running.Ended()
	}
	r.runner.Wait()
}

func (r *Registry) run(request spec.Spec, of *record) {
	output := of.journal
	r.runner.Run(request, output, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.running = nil
		r.ended = append(r.ended, of)
		r.forget()
	})
}

// forget drops the output of the oldest executions while more than keptOutput is kept.
func (r *Registry) forget() {
	kept := 0
	for i := len(r.ended) - 1; i >= 0; i-- {
		kept += r.ended[i].journal.Size()
		if kept > keptOutput && i < len(r.ended)-1 {
			for _, old := range r.ended[:i+1] {
				old.journal = nil
			}
			r.ended = append([]*record{}, r.ended[i+1:]...)
			return
		}
	}
}

func (r *Registry) lookup(id string, digest *Digest) (*journal.Journal, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.journalOf(id, digest)
}

func (r *Registry) journalOf(id string, digest *Digest) (*journal.Journal, error) {
	known := r.records[id]
	if known == nil {
		return nil, ErrUnknown
	}
	if digest != nil && known.digest != *digest {
		return nil, fmt.Errorf("%w The id is %s.", ErrConflict, id)
	}
	if known.journal == nil {
		return nil, ErrGone
	}
	return known.journal, nil
}
