package frame

import (
	"bytes"
	"testing"
)

func TestWireForm(t *testing.T) {
	var wire bytes.Buffer
	for _, f := range []Frame{{Stdout, []byte("hi\x00\xff")}, {KeepAlive, nil}, {Phase, PhasePayload(RunPhase)}} {
		if _, err := f.WriteTo(&wire); err != nil {
			t.Fatal(err)
		}
	}
	want := "\x01\x00\x00\x00\x04hi\x00\xff" + "\x20\x00\x00\x00\x00" + "\x10\x00\x00\x00\x0f" + `{"phase":"run"}`
	if wire.String() != want {
		t.Errorf("got %q, want %q", wire.String(), want)
	}
}

func TestEndSaysEverything(t *testing.T) {
	signal, sentence := 9, "No."
	plain := string(End{ExitCode: 7, Phase: RunPhase, RunMs: 12.3}.Encode())
	want := `{"exit_code":7,"signal":null,"timed_out":false,"phase":"run","stdout_truncated":false,` +
		`"stderr_truncated":false,"compile_ms":0,"run_ms":12.3,"error":null,` +
		`"limit":null,"cpu_ms":0,"peak_memory_bytes":null,"stdout_bytes":0,"stderr_bytes":0,` +
		`"compile_exit_code":null,"compile_signal":null,"compile_limit":null,"compile_cpu_ms":0,` +
		`"compile_peak_memory_bytes":null,"compile_stdout_bytes":0,"compile_stderr_bytes":0,` +
		`"compile_stdout_truncated":false,"compile_stderr_truncated":false}`
	if plain != want {
		t.Errorf("got %s, want %s", plain, want)
	}
	killed := string(End{ExitCode: 137, Signal: &signal, Phase: CompilePhase, Error: &sentence}.Encode())
	if !bytes.Contains([]byte(killed), []byte(`"signal":9`)) || !bytes.Contains([]byte(killed), []byte(`"error":"No."`)) {
		t.Errorf("got %s", killed)
	}
}
