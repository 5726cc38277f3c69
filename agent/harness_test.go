package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/launch"
)

const underTest = "CLOUDE_AGENT_UNDER_TEST"

// patience bounds every wait of a test; it is never reached by one that passes.
const patience = 60 * time.Second

// TestMain lets the test binary be the agent too: the agent starts its own binary again, and reaps
// everything, which no test process may do to itself.
func TestMain(m *testing.M) {
	if os.Args[0] == launch.Argv0 || os.Args[0] == launch.SweepArgv0 || os.Getenv(underTest) != "" {
		main()
		return
	}
	if filepath.Base(os.Args[0]) == abuser {
		abuse(os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

type agent struct {
	t       *testing.T
	process *exec.Cmd
	url     string
	workDir string
}

// everyWay runs a test with cgroups and without: both kinds of systems exist.
func everyWay(t *testing.T, test func(t *testing.T, a *agent)) {
	for _, cgroups := range []string{"auto", "off"} {
		t.Run("cgroups="+cgroups, func(t *testing.T) {
			test(t, start(t, "-cgroups", cgroups))
		})
	}
}

func start(t *testing.T, args ...string) *agent {
	t.Helper()
	return startIn(t, "", nil, args...)
}

// startIn starts an agent whose folder is made below another one. wrap, unless nil, gives the command that
// becomes the agent, from the agent's own.
func startIn(t *testing.T, parent string, wrap func(*exec.Cmd), args ...string) *agent {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("the agent changes users, which needs root")
	}
	folder, err := os.MkdirTemp(parent, "agent")
	if err != nil {
		t.Fatal(err)
	}
	// The program's user must be able to get to its folder.
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	a := &agent{t: t, workDir: filepath.Join(folder, "work")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a.process = exec.Command(self, append([]string{"-addr", "127.0.0.1:0", "-work-dir", a.workDir}, args...)...)
	a.process.Env = []string{underTest + "=1", "SECRET=of the agent"}
	if wrap != nil {
		wrap(a.process)
	}
	log, err := a.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	var said bytes.Buffer
	for a.url == "" {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("the agent did not start: %s", said.String())
		}
		if _, address, found := strings.Cut(strings.TrimSpace(line), "listening on "); found {
			a.url = "http://" + address
		}
	}
	go io.Copy(io.Discard, lines)
	t.Cleanup(func() {
		a.stop()
		os.RemoveAll(folder)
	})
	return a
}

func (a *agent) stop() {
	if a.process.ProcessState != nil {
		return // the test has waited for its end
	}
	_ = a.process.Process.Signal(syscall.SIGTERM)
	if err := a.process.Wait(); err != nil {
		a.t.Errorf("the agent ended with %v", err)
	}
}

type request map[string]interface{}

func shell(script string) request {
	return request{"files": []interface{}{}, "run": []string{"/bin/sh", "-c", script}}
}

func (r request) with(name string, value interface{}) request {
	r[name] = value
	return r
}

func source(path string, content []byte) request {
	return request{"path": path, "content_base64": base64.StdEncoding.EncodeToString(content)}
}

// finished is a whole execution as a client sees it.
type finished struct {
	output map[frame.Kind]string
	phases []string
	end    frame.End
}

func (a *agent) post(id string, body interface{}) *http.Response {
	a.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.send(http.MethodPost, "/v1/executions/"+id, encoded)
}

func (a *agent) send(method, path string, body []byte) *http.Response {
	a.t.Helper()
	r, err := http.NewRequest(method, a.url+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return response
}

// run executes a request to its end.
func (a *agent) run(id string, body request) finished {
	a.t.Helper()
	response := a.post(id, body)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != frame.MediaType {
		content, _ := io.ReadAll(response.Body)
		a.t.Fatalf("status %d: %s", response.StatusCode, content)
	}
	return a.read(response.Body)
}

func (a *agent) read(stream io.Reader) finished {
	a.t.Helper()
	f, err := readFrames(stream)
	if err != nil {
		a.t.Fatal(err)
	}
	return f
}

func readFrames(stream io.Reader) (finished, error) {
	f := finished{output: map[frame.Kind]string{}}
	for {
		next, err := readFrame(stream)
		if err != nil {
			return f, fmt.Errorf("the stream broke: %w", err)
		}
		switch {
		case next.Kind.IsOutput():
			f.output[next.Kind] += string(next.Payload)
		case next.Kind == frame.Phase:
			f.phases = append(f.phases, string(next.Payload))
		case next.Kind == frame.Ended:
			if rest, err := io.ReadAll(stream); err != nil || len(rest) > 0 {
				return f, fmt.Errorf("%d bytes after the last frame: %v", len(rest), err)
			}
			return f, json.Unmarshal(next.Payload, &f.end)
		}
	}
}

func readFrame(stream io.Reader) (frame.Frame, error) {
	var header [5]byte
	if _, err := io.ReadFull(stream, header[:]); err != nil {
		return frame.Frame{}, err
	}
	length := binary.BigEndian.Uint32(header[1:])
	if length > frame.MaxPayload {
		return frame.Frame{}, fmt.Errorf("a frame of %d bytes", length)
	}
	payload := make([]byte, length)
	_, err := io.ReadFull(stream, payload)
	return frame.Frame{Kind: frame.Kind(header[0]), Payload: payload}, err
}

// eventually waits for something that has no event to wait for.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// processesWith counts the processes whose command line contains a word, zombies excluded.
func processesWith(word string) int {
	entries, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	count := 0
	for _, entry := range entries {
		if content, err := os.ReadFile(entry); err == nil && strings.Contains(string(content), word) {
			count++
		}
	}
	return count
}

func expect(t *testing.T, what string, got, want interface{}) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %.300q, want %.300q", what, fmt.Sprint(got), fmt.Sprint(want))
	}
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
