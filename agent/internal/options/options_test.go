package options

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"dev.cloude/agent/internal/guest"
)

func parse(args []string, env map[string]string, kernel guest.Parameters, inGuest bool) (Options, error) {
	var usage bytes.Buffer
	return Parse(args, func(name string) string { return env[name] }, kernel, inGuest, &usage)
}

func TestDefaults(t *testing.T) {
	o, err := parse(nil, nil, guest.Parameters{}, false)
	if err != nil {
		t.Fatal(err)
	}
	if o.ListenAddress != "0.0.0.0:3001" || o.WorkDir != "build" || o.Timeout != 30*time.Second || o.Gateway != nil ||
		o.Language != "/etc/cloude/language.json" || o.Cgroups != AutoCgroups || o.Mounts {
		t.Errorf("%+v", o)
	}
}

func TestFlagsBeatEnvironmentBeatsKernel(t *testing.T) {
	kernel := guest.Parameters{Port: 4000, Gateway: net.IPv4(10, 0, 0, 1)}
	env := map[string]string{"AGENT_SERVER_ADDR": "127.0.0.1:1", "AGENT_WORK_DIR": "/env", "AGENT_EXEC_TIMEOUT_SECS": "5", "AGENT_LANGUAGE_PATH": "/l"}
	o, err := parse(nil, nil, kernel, true)
	if err != nil || o.ListenAddress != "0.0.0.0:4000" || o.WorkDir != guest.WorkDir || !o.Gateway.Equal(kernel.Gateway) {
		t.Errorf("kernel: %+v %v", o, err)
	}
	o, err = parse(nil, env, kernel, true)
	if err != nil || o.ListenAddress != "127.0.0.1:1" || o.WorkDir != "/env" || o.Timeout != 5*time.Second || o.Language != "/l" {
		t.Errorf("environment: %+v %v", o, err)
	}
	flags := []string{"-addr", ":2", "-work-dir", "/flag", "-timeout", "6", "-gateway", "::1", "-language", "/m", "-cgroups", "off", "-mounts", "on"}
	o, err = parse(flags, env, kernel, true)
	if err != nil || o.ListenAddress != ":2" || o.WorkDir != "/flag" || o.Timeout != 6*time.Second ||
		o.Gateway.String() != "::1" || o.Language != "/m" || o.Cgroups != NoCgroups || !o.Mounts {
		t.Errorf("flags: %+v %v", o, err)
	}
}

func TestBadValuesAreNamed(t *testing.T) {
	for _, c := range []struct {
		args []string
		env  map[string]string
		says string
	}{
		{[]string{"-timeout", "0"}, nil, `"0"`},
		{nil, map[string]string{"AGENT_EXEC_TIMEOUT_SECS": "86401"}, `"86401"`},
		{nil, map[string]string{"AGENT_EXEC_TIMEOUT_SECS": "1.5"}, `"1.5"`},
		{nil, map[string]string{"AGENT_SERVER_ADDR": "3001"}, `"3001"`},
		{[]string{"-gateway", "host"}, nil, `"host"`},
		{[]string{"-cgroups", "on"}, nil, `"on"`},
		{[]string{"-mounts", "off"}, nil, `"off"`},
		{[]string{"-nonsense"}, nil, "-nonsense"},
		{[]string{"argument"}, nil, `"argument"`},
	} {
		if _, err := parse(c.args, c.env, guest.Parameters{}, false); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v %v: %v", c.args, c.env, err)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, network := range map[string]string{"0.0.0.0:1": "tcp4", "[::]:1": "tcp", ":1": "tcp", "localhost:1": "tcp"} {
		if got := (Options{ListenAddress: address}).Network(); got != network {
			t.Errorf("%s: %s", address, got)
		}
	}
}
