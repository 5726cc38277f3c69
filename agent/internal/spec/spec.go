// Package spec reads what to run: the body of an execution request.
package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Bounds on what a request may ask for.
const (
	MaxBody        = 16 << 20
	DefaultOutput  = 1 << 20
	MaxOutput      = 16 << 20
	MaxTimeout     = 24 * time.Hour
	maxFiles       = 4096
	maxFileName    = 255
	maxPath        = 1024
	maxIDLength    = 64
	maxListEntries = 4096
)

// File is one source file; Path is relative to the work folder and has been checked.
type File struct {
	Path    string
	Content []byte
}

// Spec is a checked request. Compile is empty for languages that are not compiled.
type Spec struct {
	Files          []File
	Compile        []string
	Run            []string
	Env            []string
	Stdin          []byte
	Root           bool
	CompileTimeout time.Duration
	RunTimeout     time.Duration
	// OutputLimit is the number of bytes kept of each stream.
	OutputLimit int
	// CompileLimits and RunLimits bound one phase each.
	CompileLimits, RunLimits Limits
	// DiskLimit is what both phases may write in all, in bytes; 0 for no limit.
	DiskLimit uint64
}

type wireFile struct {
	Path    string  `json:"path"`
	Content *[]byte `json:"content_base64"`
}

type wireSpec struct {
	Files          []wireFile        `json:"files"`
	Compile        []string          `json:"compile"`
	CompileArgs    []string          `json:"compile_args"`
	Run            []string          `json:"run"`
	Args           []string          `json:"args"`
	Env            map[string]string `json:"env"`
	Stdin          []byte            `json:"stdin_base64"`
	Root           bool              `json:"root"`
	CompileTimeout *int64            `json:"compile_timeout_ms"`
	RunTimeout     *int64            `json:"run_timeout_ms"`
	OutputLimit    *int64            `json:"output_limit_bytes"`
	wireLimits
}

// ValidID tells whether an execution may have this id: 1 to 64 of [A-Za-z0-9-].
func ValidID(id string) bool {
	if id == "" || len(id) > maxIDLength {
		return false
	}
	for _, c := range []byte(id) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// Parse reads and checks a request body. Unknown fields are refused: a limit that this agent does not
// know must not be ignored in silence. Errors are sentences for the request's author.
func Parse(body []byte, defaultTimeout time.Duration) (Spec, error) {
	var wire wireSpec
	if err := decodeStrictly(body, &wire); err != nil {
		return Spec{}, err
	}
	files, err := checkFiles(wire.Files)
	if err != nil {
		return Spec{}, err
	}
	if len(wire.Run) == 0 || wire.Run[0] == "" {
		return Spec{}, errors.New(`"run" must name a program.`)
	}
	if len(wire.Compile) > 0 && wire.Compile[0] == "" {
		return Spec{}, errors.New(`"compile" must name a program, or be null.`)
	}
	if len(wire.Compile) == 0 && len(wire.CompileArgs) > 0 {
		return Spec{}, errors.New(`"compile_args" is given without "compile".`)
	}
	for name, list := range map[string][]string{
		"run": wire.Run, "compile": wire.Compile, "args": wire.Args, "compile_args": wire.CompileArgs,
	} {
		if err := checkStrings(name, list); err != nil {
			return Spec{}, err
		}
	}
	env, err := checkEnv(wire.Env)
	if err != nil {
		return Spec{}, err
	}
	s := Spec{
		Files:   files,
		Compile: append(append([]string{}, wire.Compile...), wire.CompileArgs...),
		Run:     append(append([]string{}, wire.Run...), wire.Args...),
		Env:     env,
		Stdin:   wire.Stdin,
		Root:    wire.Root,
	}
	if s.CompileTimeout, err = checkTimeout("compile_timeout_ms", wire.CompileTimeout, defaultTimeout); err != nil {
		return Spec{}, err
	}
	if s.RunTimeout, err = checkTimeout("run_timeout_ms", wire.RunTimeout, defaultTimeout); err != nil {
		return Spec{}, err
	}
	s.OutputLimit = DefaultOutput
	if limit := wire.OutputLimit; limit != nil {
		if *limit < 1 || *limit > MaxOutput {
			return Spec{}, fmt.Errorf(`"output_limit_bytes" is %d; it must be between 1 and %d.`, *limit, MaxOutput)
		}
		s.OutputLimit = int(*limit)
	}
	if err := wire.wireLimits.check(&s); err != nil {
		return Spec{}, err
	}
	return s, nil
}

func decodeStrictly(body []byte, into interface{}) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("The request body is not a complete JSON object.")
		}
		return fmt.Errorf("The request body is malformed: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("The request body has something after its JSON object.")
	}
	return nil
}

func checkTimeout(name string, ms *int64, fallback time.Duration) (time.Duration, error) {
	if ms == nil {
		return fallback, nil
	}
	if *ms < 1 || *ms > MaxTimeout.Milliseconds() {
		return 0, fmt.Errorf("%q is %d; it must be between 1 and %d.", name, *ms, MaxTimeout.Milliseconds())
	}
	return time.Duration(*ms) * time.Millisecond, nil
}
