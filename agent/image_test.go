package main

import (
	"os"
	"path/filepath"
	"testing"

	"dev.cloude/agent/internal/frame"
)

// startWithImage starts an agent in an image with an environment and a working folder.
func startWithImage(t *testing.T) (a *agent, folder string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "image")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "data"), "the image's\n")
	write(t, filepath.Join(folder, "main"), "the image's\n")
	write(t, filepath.Join(folder, "image.json"),
		`{"env":{"X":"image","Y":"image","PATH":"/opt/bin:/bin:/usr/bin"},"working_dir":"`+folder+`"}`)
	return start(t, "-image", filepath.Join(folder, "image.json")), folder
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestImageEnvironmentReachesCompilerAndProgram(t *testing.T) {
	a, _ := startWithImage(t)
	body := shell(`cat compiled; echo "$X|$Y|$PATH|$LANG"`).with("env", map[string]string{"Y": "request"})
	body.with("compile", []string{"/bin/sh", "-c", `echo "$X|$Y" >compiled`})
	f := a.run("env", body)
	expect(t, "stdout", f.output[frame.Stdout], "image|request\nimage|request|/opt/bin:/bin:/usr/bin|C.UTF-8\n")
}

func TestImageWorkingFolderIsInReach(t *testing.T) {
	a, folder := startWithImage(t)
	body := shell("cat data main; pwd").with("files", []interface{}{source("main", []byte("the request's\n"))})
	f := a.run("files", body)
	expect(t, "stdout", f.output[frame.Stdout], "the image's\nthe request's\n"+filepath.Join(a.workDir, "job")+"\n")
	f = a.run("again", shell("cat main; rm data"))
	expect(t, "stdout", f.output[frame.Stdout], "the image's\n")
	if _, err := os.Stat(filepath.Join(folder, "data")); err != nil {
		t.Errorf("the program removed the image's own file: %v", err)
	}
}
