package spec

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const fallback = 30 * time.Second

func TestDefaults(t *testing.T) {
	s, err := Parse([]byte(`{"run":["/bin/true"]}`), fallback)
	if err != nil {
		t.Fatal(err)
	}
	if s.CompileTimeout != fallback || s.RunTimeout != fallback || s.OutputLimit != 1<<20 || s.Root ||
		len(s.Files)+len(s.Compile)+len(s.Env)+len(s.Stdin) != 0 {
		t.Errorf("defaults: %+v", s)
	}
	if s.RunLimits != DefaultLimits() || s.CompileLimits != DefaultLimits() || s.DiskLimit != 0 {
		t.Errorf("default limits: %+v", s)
	}
}

func TestWholeSpec(t *testing.T) {
	s, err := Parse([]byte(`{"files":[{"path":"a/b","content_base64":"AP8="}],"compile":["cc","-o","x"],"run":["./x"],
		"args":["1"],"env":{"B":"2","A":""},"stdin_base64":"aQ==","root":true,
		"compile_timeout_ms":1,"run_timeout_ms":86400000,"output_limit_bytes":16777216}`), fallback)
	if err != nil {
		t.Fatal(err)
	}
	if string(s.Files[0].Content) != "\x00\xff" || s.Files[0].Path != "a/b" || string(s.Stdin) != "i" || !s.Root {
		t.Errorf("content: %+v", s)
	}
	if strings.Join(s.Run, "|") != "./x|1" || strings.Join(s.Compile, "|") != "cc|-o|x" || strings.Join(s.Env, "|") != "A=|B=2" {
		t.Errorf("commands: %+v", s)
	}
	if s.CompileTimeout != time.Millisecond || s.RunTimeout != MaxTimeout || s.OutputLimit != MaxOutput {
		t.Errorf("limits: %+v", s)
	}
}

func TestLimits(t *testing.T) {
	s, err := Parse([]byte(`{"run":["x"],"compile":["cc"],"compile_args":["-O2","-Wall"],
		"cpu_timeout_ms":1,"compile_cpu_timeout_ms":86400000,
		"memory_limit_bytes":1048576,"compile_memory_limit_bytes":1099511627776,"process_limit":32768,
		"file_size_limit_bytes":1,"disk_limit_bytes":2,"open_files_limit":3,"stack_limit_bytes":65536}`), fallback)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(s.Compile, "|") != "cc|-O2|-Wall" {
		t.Errorf("compile: %v", s.Compile)
	}
	run := Limits{CPUTime: time.Millisecond, Memory: 1 << 20, Processes: 32768, FileSize: 1, OpenFiles: 3, Stack: 65536}
	if s.RunLimits != run || s.DiskLimit != 2 {
		t.Errorf("run: %+v, disk %d", s.RunLimits, s.DiskLimit)
	}
	compile := DefaultLimits()
	compile.CPUTime, compile.Memory = MaxTimeout, 1<<40
	if s.CompileLimits != compile {
		t.Errorf("compile: %+v", s.CompileLimits)
	}
	if s, err = Parse([]byte(`{"run":["x"],"cpu_timeout_ms":null,"compile_args":[]}`), fallback); err != nil || s.RunLimits != DefaultLimits() {
		t.Errorf("null is no limit: %+v %v", s.RunLimits, err)
	}
}

func TestRefused(t *testing.T) {
	file := func(path string) string {
		name, _ := json.Marshal(path)
		return `{"run":["x"],"files":[{"path":` + string(name) + `,"content_base64":""}]}`
	}
	for body, says := range map[string]string{
		``:                                     "not a complete JSON object",
		`{"run":["x"]`:                         "not a complete JSON object",
		`[]`:                                   "malformed",
		`{"run":["x"]} {}`:                     "after its JSON object",
		`{"run":["x"],"cpu":1}`:                `unknown field "cpu"`,
		`{"run":"x"}`:                          "malformed",
		`{}`:                                   `"run" must name a program`,
		`{"run":[""]}`:                         `"run" must name a program`,
		`{"run":["x"],"compile":[""]}`:         `"compile" must name a program`,
		`{"run":["x\u0000"]}`:                  "NUL",
		`{"run":["x"],"args":["\u0000"]}`:      "NUL",
		`{"run":["x"],"env":{"":"1"}}`:         `"env"`,
		`{"run":["x"],"env":{"A=B":"1"}}`:      `"env"`,
		`{"run":["x"],"env":{"A":"\u0000"}}`:   "NUL",
		`{"run":["x"],"stdin_base64":"?"}`:     "malformed",
		`{"run":["x"],"files":[{"path":"a"}]}`: `"content_base64"`,
		`{"run":["x"],"run_timeout_ms":0}`:     "between 1 and 86400000",
		`{"run":["x"],"compile_timeout_ms":86400001}`:      "between 1 and 86400000",
		`{"run":["x"],"run_timeout_ms":1.5}`:               "malformed",
		`{"run":["x"],"output_limit_bytes":0}`:             "between 1 and 16777216",
		`{"run":["x"],"output_limit_bytes":16777217}`:      "between 1 and 16777216",
		`{"run":["x"],"output_limit_bytes":9999999999999}`: "between 1 and 16777216",
		`{"run":["x"],"cpu_timeout_ms":0}`:                 "between 1 and 86400000",
		`{"run":["x"],"compile_cpu_timeout_ms":86400001}`:  "between 1 and 86400000",
		`{"run":["x"],"memory_limit_bytes":1048575}`:       "between 1048576 and 1099511627776",
		`{"run":["x"],"compile_memory_limit_bytes":1}`:     `"compile_memory_limit_bytes" is 1`,
		`{"run":["x"],"process_limit":0}`:                  "between 1 and 32768",
		`{"run":["x"],"process_limit":32769}`:              "between 1 and 32768",
		`{"run":["x"],"file_size_limit_bytes":-1}`:         `"file_size_limit_bytes" is -1`,
		`{"run":["x"],"disk_limit_bytes":0}`:               `"disk_limit_bytes" is 0`,
		`{"run":["x"],"open_files_limit":1048577}`:         "between 1 and 1048576",
		`{"run":["x"],"stack_limit_bytes":65535}`:          "between 65536 and 1099511627776",
		`{"run":["x"],"memory_limit_bytes":"1m"}`:          "malformed",
		`{"run":["x"],"compile_args":["-O2"]}`:             `without "compile"`,
		`{"run":["x"],"compile":["x"],"compile_args":[7]}`: "malformed",
		`{"run":["x"],"wireLimits":{}}`:                    "unknown field",
		file(""):                                           "no path",
		file("/etc/passwd"):                                "relative",
		file("../x"):                                       "relative",
		file("a/../../x"):                                  "relative",
		file("a/.."):                                       "relative",
		file("./a"):                                        "relative",
		file("a//b"):                                       "relative",
		file("a/"):                                         "relative",
		file("a\x00b"):                                     "NUL",
		file(strings.Repeat("a", 256)):                     "255",
		file(strings.Repeat("a/", 600)):                    "1024",
		`{"run":["x"],"files":[{"path":"a","content_base64":""},{"path":"a","content_base64":""}]}`:       "given twice",
		`{"run":["x"],"files":[{"path":"a/b/c","content_base64":""},{"path":"a/b","content_base64":""}]}`: "both a file and the folder",
	} {
		_, err := Parse([]byte(body), fallback)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.120s: got %v, want …%s…", body, err, says)
		}
	}
}

func TestManyFiles(t *testing.T) {
	many := func(n int) string {
		var files []string
		for i := 0; i < n; i++ {
			files = append(files, `{"path":"f`+strings.Repeat("x", i%200)+strings.Repeat("y", i/200)+`","content_base64":""}`)
		}
		return `{"run":["x"],"files":[` + strings.Join(files, ",") + `]}`
	}
	if _, err := Parse([]byte(many(maxFiles)), fallback); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := Parse([]byte(many(maxFiles+1)), fallback); err == nil {
		t.Error("above the limit: accepted")
	}
}

func TestID(t *testing.T) {
	for id, valid := range map[string]bool{
		"a": true, "0-Z": true, strings.Repeat("a", 64): true,
		"": false, strings.Repeat("a", 65): false, "a_b": false, "a/b": false, "a.b": false, "é": false, "a\x00": false,
	} {
		if ValidID(id) != valid {
			t.Errorf("%q: %v", id, !valid)
		}
	}
}

func TestLanguageFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "language.json")
	if l, err := LoadLanguage(path); l != nil || err != nil {
		t.Errorf("no file: %v %v", l, err)
	}
	for _, bad := range []string{"", "[]", "{}", `{"name":"x","file":"../f","run":["x"]}`, `{"name":"x","file":"f","run":[]}`} {
		if err := os.WriteFile(path, []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadLanguage(path); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	entry := `{"name":"python","version":"3.11","aliases":["py"],"packages":["p"],"file":"main.py","compile":null,"run":["/usr/bin/python3","main.py"],"env":{"A":"b"},"root":false}`
	if err := os.WriteFile(path, []byte(entry), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := LoadLanguage(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, means := range map[string]bool{"python": true, " Py\n": true, "PYTHON": true, "pyt": false, "": false} {
		if l.Answers(name) != means {
			t.Errorf("%q: %v", name, !means)
		}
	}
	var none *Language
	if none.Answers("python") {
		t.Error("no language answers")
	}
	s, err := l.Program([]byte(" x\n"), fallback)
	if err != nil || s.Files[0].Path != "main.py" || string(s.Files[0].Content) != " x\n" || s.Env[0] != "A=b" {
		t.Errorf("%+v %v", s, err)
	}
}

// FuzzParse: whatever the body, what is accepted stays inside the work folder and can be passed to
// execve.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"files":[{"path":"a/b","content_base64":"AP8="}],"compile":null,"run":["x"],"args":[],"env":{"A":"b"}}`))
	f.Add([]byte(`{"run":["x"],"files":[{"path":"..","content_base64":""}]}`))
	f.Add([]byte(`{"run":["x"],"output_limit_bytes":-1,"run_timeout_ms":1e3}`))
	f.Add([]byte(`{"run":["\ud800"],"stdin_base64":"aGk="}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Parse(body, fallback)
		if err != nil {
			return
		}
		for _, file := range s.Files {
			if clean := filepath.Clean("/work/" + file.Path); clean != "/work/"+file.Path || clean == "/work" {
				t.Errorf("the path %q leads to %q", file.Path, clean)
			}
		}
		for _, word := range append(append(append([]string{}, s.Run...), s.Compile...), s.Env...) {
			if strings.IndexByte(word, 0) >= 0 {
				t.Errorf("a NUL in %q", word)
			}
		}
		if len(s.Run) == 0 || s.OutputLimit < 1 || s.OutputLimit > MaxOutput || s.RunTimeout <= 0 || s.CompileTimeout <= 0 {
			t.Errorf("accepted: %+v", s)
		}
	})
}

func TestImageFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "image.json")
	if image, err := LoadImage(path); err != nil || image.WorkingDir != "" || len(image.Env) != 0 {
		t.Errorf("no file gives %v, %v", image, err)
	}
	for content, good := range map[string]bool{
		`{"env":{"A":"b=c"},"working_dir":"/app"}`: true,
		`{"env":{},"working_dir":null}`:            true,
		`{"working_dir":"app"}`:                    false,
		`{"env":["A=b"]}`:                          false,
		`{`:                                        false,
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadImage(path); (err == nil) != good {
			t.Errorf("%s: %v", content, err)
		}
	}
}
