package server

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/spec"
)

// executeResult is the answer of the original /execute, with what it could not say before left out
// where there is nothing to say.
type executeResult struct {
	JobID        string  `json:"job_id"`
	ExitCode     int     `json:"exit_code"`
	Stdout       string  `json:"stdout"`
	Stderr       string  `json:"stderr"`
	StdoutBase64 *string `json:"stdout_base64,omitempty"`
	StderrBase64 *string `json:"stderr_base64,omitempty"`
	TimedOut     bool    `json:"timed_out,omitempty"`
	Truncated    bool    `json:"truncated,omitempty"`
}

// execute is a thin form of an execution: the image's own language, an id of its own, and the answer
// when all is over.
func (a *API) execute(w http.ResponseWriter, r *http.Request) {
	id := newID()
	output, err := a.submitSource(w, r, id)
	if err != nil {
		refuse(w, statusOf(err), err.Error())
		return
	}
	<-output.Ended()
	result, err := collect(output)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	result.JobID = id
	answer(w, http.StatusOK, result)
}

func (a *API) submitSource(w http.ResponseWriter, r *http.Request, id string) (*journal.Journal, error) {
	a.bodies <- struct{}{}
	defer func() { <-a.bodies }()
	body, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	var source struct {
		Language *string `json:"language"`
		Code     *string `json:"code"`
	}
	if err := json.Unmarshal(body, &source); err != nil {
		return nil, badRequest{fmt.Errorf("The request body is malformed: %v.", err)}
	}
	if source.Language == nil || source.Code == nil {
		return nil, badRequest{fmt.Errorf(`The request body needs "language" and "code".`)}
	}
	if strings.TrimSpace(*source.Code) == "" {
		return nil, badRequest{fmt.Errorf("Code cannot be empty")}
	}
	if !a.language.Answers(*source.Language) {
		supported := "none"
		if a.language != nil {
			supported = a.language.Name
		}
		return nil, badRequest{fmt.Errorf("Unsupported language: %s. Supported languages: %s", *source.Language, supported)}
	}
	return a.registry.Submit(id, sha256.Sum256(body), func() (spec.Spec, error) {
		return a.language.Program([]byte(*source.Code), a.timeout)
	})
}

// collect gives the output of the last phase that ran: a failing compiler's, or the program's own.
func collect(output *journal.Journal) (executeResult, error) {
	streams := map[frame.Kind][]byte{}
	for reader := output.Reader(); ; {
		next, _, ok := reader.Next()
		if !ok {
			return executeResult{}, fmt.Errorf("The execution has no end.")
		}
		if next.Kind != frame.Ended {
			streams[next.Kind] = append(streams[next.Kind], next.Payload...)
			continue
		}
		var end frame.End
		if err := json.Unmarshal(next.Payload, &end); err != nil {
			return executeResult{}, err
		}
		if end.Error != nil {
			return executeResult{}, fmt.Errorf("%s", *end.Error)
		}
		stdout, stderr := streams[frame.Stdout], streams[frame.Stderr]
		if end.Phase == frame.CompilePhase {
			stdout, stderr = streams[frame.CompilerStdout], streams[frame.CompilerStderr]
		}
		return executeResult{
			ExitCode:     end.ExitCode,
			Stdout:       string(stdout),
			Stderr:       string(stderr),
			StdoutBase64: base64Unless(stdout),
			StderrBase64: base64Unless(stderr),
			TimedOut:     end.TimedOut,
			Truncated:    end.StdoutTruncated || end.StderrTruncated,
		}, nil
	}
}

// base64Unless gives the bytes that a JSON string cannot hold; nil for UTF-8.
func base64Unless(content []byte) *string {
	if utf8.Valid(content) {
		return nil
	}
	encoded := base64.StdEncoding.EncodeToString(content)
	return &encoded
}

// newID gives a random UUID.
func newID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the kernel's own generator does not fail
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
