package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"dev.cloude/agent/internal/frame"
)

// waitForGo writes "begun", and "over" once its folder has a file "go".
const waitForGo = "echo begun; while [ ! -e go ]; do sleep 0.02; done; echo over; cat /proc/sys/kernel/random/uuid"

func (a *agent) letGo() {
	a.t.Helper()
	job := filepath.Join(a.workDir, "job")
	if err := os.WriteFile(filepath.Join(job, "go"), nil, 0o644); err != nil {
		a.t.Fatal(err)
	}
}

func TestSameRequestAttachesAndNeverRunsTwice(t *testing.T) {
	a := start(t)
	const readers = 6
	results := make(chan finished, readers)
	failures := make(chan error, readers)
	begun := make(chan struct{}, readers)
	body, err := json.Marshal(shell(waitForGo))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < readers; i++ {
		go func() {
			response, err := http.Post(a.url+"/v1/executions/same", "application/json", bytes.NewReader(body))
			if err != nil {
				failures <- err
				return
			}
			defer response.Body.Close()
			var beginning []byte
			for string(beginning) != "begun\n" {
				next, err := readFrame(response.Body)
				if err != nil {
					failures <- err
					return
				}
				if next.Kind == frame.Stdout {
					beginning = append(beginning, next.Payload...)
				}
			}
			begun <- struct{}{}
			f, err := readFrames(response.Body)
			failures <- err
			results <- f
		}()
	}
	for i := 0; i < readers; i++ {
		select {
		case <-begun:
		case err := <-failures:
			t.Fatal(err)
		}
	}
	a.letGo()
	outputs := map[string]bool{}
	for i := 0; i < readers; i++ {
		if err := <-failures; err != nil {
			t.Fatal(err)
		}
		f := <-results
		expect(t, "exit code", f.end.ExitCode, 0)
		outputs["begun\n"+f.output[frame.Stdout]] = true
	}
	again := a.run("same", shell(waitForGo))
	outputs[again.output[frame.Stdout]] = true
	response := a.send(http.MethodGet, "/v1/executions/same", nil)
	defer response.Body.Close()
	outputs[a.read(response.Body).output[frame.Stdout]] = true
	if len(outputs) != 1 {
		t.Errorf("one execution gave %d outputs: %v", len(outputs), outputs)
	}
}

func TestReaderThatLeavesDoesNotEndTheExecution(t *testing.T) {
	a := start(t)
	first := a.post("left", shell(waitForGo))
	if _, err := readFrame(first.Body); err != nil {
		t.Fatal(err)
	}
	first.Body.Close()
	second := a.send(http.MethodGet, "/v1/executions/left", nil)
	defer second.Body.Close()
	for kept := ""; kept != "begun\n"; {
		next, err := readFrame(second.Body)
		if err != nil {
			t.Fatal(err)
		}
		if next.Kind == frame.Stdout {
			kept += string(next.Payload)
		}
	}
	a.letGo()
	expect(t, "exit code", a.read(second.Body).end.ExitCode, 0)
}

func TestQuietProgramIsKeptAlive(t *testing.T) {
	a := start(t)
	response := a.post("quiet", shell("while [ ! -e go ]; do sleep 0.02; done"))
	defer response.Body.Close()
	for {
		next, err := readFrame(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if next.Kind == frame.KeepAlive {
			expect(t, "payload", len(next.Payload), 0)
			break
		}
	}
	a.letGo()
	expect(t, "exit code", a.read(response.Body).end.ExitCode, 0)
}

func TestOneExecutionAtATime(t *testing.T) {
	a := start(t)
	first := a.post("first", shell(waitForGo))
	defer first.Body.Close()
	if _, err := readFrame(first.Body); err != nil {
		t.Fatal(err)
	}
	refused := a.post("second", shell("true"))
	defer refused.Body.Close()
	expect(t, "status while busy", refused.StatusCode, http.StatusTooManyRequests)
	other := a.post("first", shell("false"))
	defer other.Body.Close()
	expect(t, "status of another request", other.StatusCode, http.StatusConflict)
	eventually(t, "the program has begun", func() bool {
		_, err := os.Stat(filepath.Join(a.workDir, "job"))
		return err == nil
	})
	a.letGo()
	a.read(first.Body)
	// The refused id was not used up, and the agent is free as soon as the end was seen.
	expect(t, "exit code", a.run("second", shell("true")).end.ExitCode, 0)
	late := a.post("first", shell("false"))
	defer late.Body.Close()
	expect(t, "status of another request afterwards", late.StatusCode, http.StatusConflict)
}

func TestOldOutputGoesButItsIdStaysUsed(t *testing.T) {
	a := start(t)
	big := shell("head -c 10000000 /dev/zero").with("output_limit_bytes", 10000000)
	for _, id := range []string{"big-1", "big-2", "big-3"} {
		expect(t, "length", len(a.run(id, big).output[frame.Stdout]), 10000000)
	}
	gone := a.post("big-1", big)
	defer gone.Body.Close()
	expect(t, "status", gone.StatusCode, http.StatusGone)
	expect(t, "length", len(a.run("big-3", big).output[frame.Stdout]), 10000000)
}
