package server

import (
	"net/http"
	"time"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/journal"
)

// keepAlive is how often a reader hears from the agent while the program writes nothing.
const keepAlive = time.Second

// stream writes all frames of an execution, from the first to the last one. It ends early only when a
// write fails: a peer that half-closes its connection after the request still gets its answer.
func stream(w http.ResponseWriter, output *journal.Journal) {
	w.Header().Set("Content-Type", frame.MediaType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	flush := func() {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
	}
	ticker := time.NewTicker(keepAlive)
	defer ticker.Stop()
	for reader := output.Reader(); ; {
		next, changed, ok := reader.Next()
		if !ok {
			flush()
			select {
			case <-changed:
				continue
			case <-ticker.C:
				next = frame.Frame{Kind: frame.KeepAlive}
			}
		}
		if _, err := next.WriteTo(w); err != nil || next.Kind == frame.Ended {
			return
		}
	}
}
