package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// isolated is an agent as it is in a guest: with a cgroup of its own, as far as this kernel has one, and
// with file systems that it may mount.
type isolated struct {
	*agent
	// controlled tells that groups have the controllers memory and pids. Without them the nearest limits of
	// single processes hold, and which limit was met is not always known.
	controlled bool
	// abuser is a program that runs what abuse knows.
	abuser string
}

// elsewhere names an agent that runs already, as http://host:port: the one in a guest, where abuser is
// /abuser, a copy of this test binary.
const elsewhere = "CLOUDE_AGENT_ELSEWHERE"

func startIsolated(t *testing.T) isolated {
	t.Helper()
	if url := os.Getenv(elsewhere); url != "" {
		return isolated{agent: &agent{t: t, url: url}, controlled: true, abuser: "/" + abuser}
	}
	group := ownGroup(t)
	wrap := func(command *exec.Cmd) {
		command.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
		if group != "" {
			command.Args = append([]string{"/bin/sh", "-c", `echo 0 >"$0" && exec "$@"`, filepath.Join(group, "cgroup.procs"), command.Path}, command.Args[1:]...)
			command.Path = "/bin/sh"
		}
	}
	// Not below /tmp, which each disk with a limit covers.
	a := isolated{agent: startIn(t, "/var/lib", wrap, "-cgroups", "own", "-mounts", "on")}
	controllers, _ := os.ReadFile(filepath.Join(group, "cgroup.controllers"))
	a.controlled = strings.Contains(string(controllers), "memory") && strings.Contains(string(controllers), "pids")
	t.Logf("controllers: %q", controllers)
	a.abuser = filepath.Join(filepath.Dir(a.workDir), abuser)
	copySelf(t, a.abuser)
	return a
}

// ownGroup makes a cgroup below the root one, which may hand on controllers whatever runs in it; empty
// where there is no hierarchy of version 2. The group goes with the test.
func ownGroup(t *testing.T) string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mounts), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[2] != "cgroup2" {
			continue
		}
		for _, controller := range []string{"cpu", "memory", "pids"} {
			// A kernel may lack one, or have it in the old hierarchy.
			_ = os.WriteFile(filepath.Join(fields[1], "cgroup.subtree_control"), []byte("+"+controller), 0)
		}
		group := filepath.Join(fields[1], "cloude-test-"+strconv.Itoa(os.Getpid()))
		if err := os.Mkdir(group, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			eventually(t, group+" is gone", func() bool {
				_ = os.Remove(filepath.Join(group, "cloude-agent"))
				return os.Remove(group) == nil
			})
		})
		return group
	}
	return ""
}

func copySelf(t *testing.T, to string) {
	t.Helper()
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(copied, self); err != nil {
		t.Fatal(err)
	}
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
}
