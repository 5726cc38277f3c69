package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Language is the one that this image was built for, as its catalogue entry; it serves the original
// /execute, whose requests only name a language.
type Language struct {
	Name    string            `json:"name"`
	Aliases []string          `json:"aliases"`
	File    string            `json:"file"`
	Compile []string          `json:"compile"`
	Run     []string          `json:"run"`
	Env     map[string]string `json:"env"`
	Root    bool              `json:"root"`
}

// LoadLanguage reads a catalogue entry; nil without an error when there is no such file.
func LoadLanguage(path string) (*Language, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var l Language
	if err := json.Unmarshal(content, &l); err != nil {
		return nil, fmt.Errorf("%s is not a catalogue entry: %w", path, err)
	}
	if l.Name == "" || CheckPath(l.File) != nil || len(l.Run) == 0 {
		return nil, fmt.Errorf("%s is not a catalogue entry: it needs name, file and run", path)
	}
	return &l, nil
}

// Answers tells whether a client's language name, trimmed and in any case, means this one.
func (l *Language) Answers(name string) bool {
	if l == nil {
		return false
	}
	name = strings.ToLower(strings.TrimSpace(name))
	if name == l.Name {
		return true
	}
	for _, alias := range l.Aliases {
		if name == alias {
			return true
		}
	}
	return false
}

// Program gives the request that runs this source text, with one time limit for each phase.
func (l *Language) Program(code []byte, timeout time.Duration) (Spec, error) {
	env, err := checkEnv(l.Env)
	if err != nil {
		return Spec{}, err
	}
	return Spec{
		Files:          []File{{Path: l.File, Content: code}},
		Compile:        l.Compile,
		Run:            l.Run,
		Env:            env,
		Root:           l.Root,
		CompileTimeout: timeout,
		RunTimeout:     timeout,
		OutputLimit:    DefaultOutput,
		CompileLimits:  DefaultLimits(),
		RunLimits:      DefaultLimits(),
	}, nil
}
