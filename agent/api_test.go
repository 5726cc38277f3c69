package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/spec"
)

func TestHealth(t *testing.T) {
	a := start(t)
	response := a.send(http.MethodGet, "/health", nil)
	defer response.Body.Close()
	content, _ := io.ReadAll(response.Body)
	expect(t, "status", response.StatusCode, 200)
	expect(t, "type", response.Header.Get("Content-Type"), "text/plain")
	expect(t, "body", string(content), "ok")
}

func TestHTTP10IsDelimitedByTheEndOfTheConnection(t *testing.T) {
	a := start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"files":[],"run":["echo","hi"]}`
	fmt.Fprintf(conn, "POST /v1/executions/old HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	// A client may close its side once it has said everything.
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	stream := bufio.NewReader(conn)
	status, _ := stream.ReadString('\n')
	expect(t, "status line", status, "HTTP/1.0 200 OK\r\n")
	for line := ""; line != "\r\n"; {
		if line, err = stream.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "stdout", a.read(stream).output[frame.Stdout], "hi\n")
}

func TestWhatIsRefused(t *testing.T) {
	a := start(t)
	ok := `{"run":["true"]}`
	huge := `{"run":["` + strings.Repeat("x", spec.MaxBody) + `"]}`
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no such path":      {"GET", "/", "", 404},
		"no such execution": {"GET", "/v1/executions/none", "", 404},
		"bad id":            {"POST", "/v1/executions/a_b", ok, 400},
		"no id":             {"POST", "/v1/executions/", ok, 400},
		"long id":           {"POST", "/v1/executions/" + strings.Repeat("a", 65), ok, 400},
		"deeper path":       {"POST", "/v1/executions/a/b", ok, 400},
		"wrong method":      {"PUT", "/v1/executions/a", ok, 405},
		"health by POST":    {"POST", "/health", "", 405},
		"execute by GET":    {"GET", "/execute", "", 405},
		"no body":           {"POST", "/v1/executions/a", "", 400},
		"not JSON":          {"POST", "/v1/executions/a", "run", 400},
		"path escapes":      {"POST", "/v1/executions/a", `{"files":[{"path":"../x","content_base64":""}],"run":["true"]}`, 400},
		"too large":         {"POST", "/v1/executions/a", huge, 413},
	} {
		response := a.send(c.method, c.path, []byte(c.body))
		expect(t, name, response.StatusCode, c.status)
		var refusal struct{ Error string }
		if err := json.NewDecoder(response.Body).Decode(&refusal); err != nil || refusal.Error == "" {
			t.Errorf("%s: no sentence: %v", name, err)
		}
		response.Body.Close()
	}
	// Nothing of it has used up the id.
	expect(t, "exit code", a.run("a", shell("true")).end.ExitCode, 0)
}

func TestOnlyTheGatewayIsServed(t *testing.T) {
	a := start(t, "-gateway", "127.0.0.2")
	address := strings.TrimPrefix(a.url, "http://")
	for from, served := range map[string]bool{"127.0.0.1": false, "127.0.0.2": true, "127.0.0.3": false} {
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		var answer []byte
		// A refusal may already be seen while connecting.
		if conn, err := dialer.Dial("tcp", address); err == nil {
			fmt.Fprint(conn, "GET /health HTTP/1.0\r\n\r\n")
			answer, _ = io.ReadAll(conn)
			conn.Close()
		}
		expect(t, "served "+from, strings.HasSuffix(string(answer), "\r\n\r\nok"), served)
	}
}

func (a *agent) execute(body string) (int, map[string]interface{}) {
	a.t.Helper()
	response := a.send(http.MethodPost, "/execute", []byte(body))
	defer response.Body.Close()
	answer := map[string]interface{}{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		a.t.Fatal(err)
	}
	return response.StatusCode, answer
}

func withLanguage(t *testing.T, entry string) *agent {
	t.Helper()
	path := filepath.Join(t.TempDir(), "language.json")
	if err := os.WriteFile(path, []byte(entry), 0o644); err != nil {
		t.Fatal(err)
	}
	return start(t, "-language", path, "-timeout", "1")
}

func TestOriginalExecute(t *testing.T) {
	a := withLanguage(t, `{"name":"shell","version":"1","aliases":["sh"],"file":"main.sh","compile":null,
		"run":["/bin/sh","main.sh"],"env":{"X":"<&>"},"root":false}`)
	status, answer := a.execute(`{"language":" SH ","code":" echo \"$X\"; echo e >&2; exit 7\n"}`)
	expect(t, "status", status, 200)
	if answer["job_id"] == "" {
		t.Error("no job_id")
	}
	delete(answer, "job_id")
	expect(t, "answer", answer, "map[exit_code:7 stderr:e\n stdout:<&>\n]")

	_, answer = a.execute(`{"language":"shell","code":"printf '\\377\\000'"}`)
	expect(t, "text", answer["stdout"], "\ufffd\x00")
	expect(t, "bytes", answer["stdout_base64"], "/wA=")

	_, answer = a.execute(`{"language":"shell","code":"echo part; sleep 1000"}`)
	expect(t, "timed out", answer["timed_out"], true)
	expect(t, "exit code", answer["exit_code"], 124)
	expect(t, "stdout", answer["stdout"], "part\n")

	_, answer = a.execute(`{"language":"shell","code":"yes"}`)
	expect(t, "truncated", answer["truncated"], true)

	for body, sentence := range map[string]string{
		`{"language":"Ruby","code":"x"}`:  "Unsupported language: Ruby. Supported languages: shell",
		`{"language":"shell","code":" "}`: "Code cannot be empty",
		`{"code":"x"}`:                    `The request body needs "language" and "code".`,
	} {
		status, answer = a.execute(body)
		expect(t, body, status, 400)
		expect(t, body, answer["error"], sentence)
	}
	status, _ = a.execute(`{"language":7}`)
	expect(t, "wrong type", status, 400)
}

func TestOriginalExecuteCompiles(t *testing.T) {
	a := withLanguage(t, `{"name":"made","file":"m.sh","compile":["/bin/sh","-c","echo bad; exit 9"],"run":["/bin/true"]}`)
	_, answer := a.execute(`{"language":"made","code":"x"}`)
	expect(t, "exit code", answer["exit_code"], 9)
	expect(t, "stdout", answer["stdout"], "bad\n")
}

func TestOriginalExecuteReportsItsOwnFailure(t *testing.T) {
	a := withLanguage(t, `{"name":"lost","file":"m","run":["/no/such/program"]}`)
	status, answer := a.execute(`{"language":"lost","code":"x"}`)
	expect(t, "status", status, 500)
	if !strings.Contains(fmt.Sprint(answer["error"]), "/no/such/program") {
		t.Errorf("error %v", answer["error"])
	}
}
