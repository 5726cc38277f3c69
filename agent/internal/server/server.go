package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"time"

	"dev.cloude/agent/internal/execution"
	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/spec"
)

const (
	headerTimeout = 10 * time.Second
	// readTimeout holds for a request with its body.
	readTimeout = 30 * time.Second
	idleTimeout = 60 * time.Second
	// bodiesAtOnce bounds the memory that requests take: each may hold spec.MaxBody bytes.
	bodiesAtOnce = 2
	executions   = "/v1/executions/"
)

// API answers the agent's requests.
type API struct {
	registry *execution.Registry
	// language serves the original /execute; nil where the image has none.
	language *spec.Language
	timeout  time.Duration
	bodies   chan struct{}
}

// New gives the HTTP server of an agent. timeout is the time limit of a phase whose request names none.
func New(registry *execution.Registry, language *spec.Language, timeout time.Duration) *http.Server {
	api := &API{registry, language, timeout, make(chan struct{}, bodiesAtOnce)}
	return &http.Server{
		Handler:           api,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    16 << 10,
		// What net/http has to say concerns a peer's broken connection.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// ServeHTTP dispatches by path.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/health":
		if allowed(w, r, http.MethodGet, http.MethodHead) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "ok")
		}
	case path == "/execute":
		if allowed(w, r, http.MethodPost) {
			a.execute(w, r)
		}
	case strings.HasPrefix(path, executions):
		if allowed(w, r, http.MethodPost, http.MethodGet) {
			a.execution(w, r, path[len(executions):])
		}
	default:
		refuse(w, http.StatusNotFound, fmt.Sprintf("There is nothing at %s.", path))
	}
}

func (a *API) execution(w http.ResponseWriter, r *http.Request, id string) {
	if !spec.ValidID(id) {
		refuse(w, http.StatusBadRequest, "An execution's id has 1 to 64 characters of A-Z, a-z, 0-9 and -.")
		return
	}
	var output *journal.Journal
	var err error
	if r.Method == http.MethodGet {
		output, err = a.registry.Attach(id)
	} else {
		output, err = a.submit(w, r, id)
	}
	if err != nil {
		refuse(w, statusOf(err), err.Error())
		return
	}
	stream(w, output)
}

func (a *API) submit(w http.ResponseWriter, r *http.Request, id string) (*journal.Journal, error) {
	a.bodies <- struct{}{}
	defer func() { <-a.bodies }()
	body, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	return a.registry.Submit(id, sha256.Sum256(body), func() (spec.Spec, error) {
		request, err := spec.Parse(body, a.timeout)
		if err != nil {
			return request, badRequest{err}
		}
		return request, nil
	})
}

// badRequest marks an error that the client made.
type badRequest struct {
	error
}

var errTooLarge = fmt.Errorf("The request body has more than %d bytes.", spec.MaxBody)

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > spec.MaxBody {
		drain(r)
		return nil, errTooLarge
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, spec.MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		drain(r)
		return nil, errTooLarge
	}
	if err != nil {
		return nil, badRequest{fmt.Errorf("The request body could not be read: %v.", err)}
	}
	return body.Bytes(), nil
}

// drain reads on for a while: most clients only look for an answer once their whole body is sent.
func drain(r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, spec.MaxBody)
}

func statusOf(err error) int {
	var bad badRequest
	switch {
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, execution.ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, execution.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, execution.ErrGone):
		return http.StatusGone
	case errors.Is(err, execution.ErrBusy):
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

func allowed(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, method := range methods {
		if r.Method == method {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	refuse(w, http.StatusMethodNotAllowed, fmt.Sprintf("%s takes %s.", r.URL.Path, strings.Join(methods, " or ")))
	return false
}

func refuse(w http.ResponseWriter, status int, sentence string) {
	answer(w, status, struct {
		Error string `json:"error"`
	}{sentence})
}

func answer(w http.ResponseWriter, status int, body interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body) // a failure here is the peer's broken connection
}
