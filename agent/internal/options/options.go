// Package options decides how the agent is set up. For each value the first source that has one counts:
// command line flag, environment, kernel command line, default.
package options

import (
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"dev.cloude/agent/internal/guest"
)

// Defaults of an agent that is told nothing.
const (
	DefaultPort     = 3001
	DefaultWorkDir  = "build"
	DefaultTimeout  = 30 * time.Second
	DefaultLanguage = "/etc/cloude/language.json"
	DefaultImage    = "/etc/cloude/image.json"
	maxTimeoutSecs  = 86400
)

// Options is how the agent is set up.
type Options struct {
	// ListenAddress is host:port.
	ListenAddress string
	// WorkDir is the folder in which each program gets its own.
	WorkDir string
	// Timeout is the time limit of a phase whose request names none.
	Timeout time.Duration
	// Language is the file with the catalogue entry that serves /execute.
	Language string
	// Image is the file with what the root file system's maker says about programs.
	Image string
	// Gateway is the only peer that is served; nil serves everybody.
	Gateway net.IP
	Cgroups Cgroups
	// Mounts is whether file systems may be mounted for an execution.
	Mounts bool
}

// Cgroups says what use the agent makes of cgroups.
type Cgroups string

// What the agent may do with cgroups.
const (
	// AutoCgroups makes groups where that is possible. In a guest it is the same as OwnCgroup.
	AutoCgroups Cgroups = "auto"
	NoCgroups   Cgroups = "off"
	// OwnCgroup says that the cgroup in which the agent was started is its own: it may set it up.
	OwnCgroup Cgroups = "own"
)

// Parse reads the options. inGuest tells whether this system is the agent's own, not a developer's. Usage
// and flag errors go to output.
func Parse(args []string, env func(string) string, kernel guest.Parameters, inGuest bool, output io.Writer) (Options, error) {
	o := Options{
		ListenAddress: first(env("AGENT_SERVER_ADDR"), fmt.Sprintf("0.0.0.0:%d", orDefault(kernel.Port))),
		WorkDir:       first(env("AGENT_WORK_DIR"), defaultWorkDir(inGuest)),
		Language:      first(env("AGENT_LANGUAGE_PATH"), DefaultLanguage),
		Image:         DefaultImage,
		Gateway:       kernel.Gateway,
	}
	timeout := first(env("AGENT_EXEC_TIMEOUT_SECS"), strconv.Itoa(int(DefaultTimeout.Seconds())))
	var gateway, cgroups, mounts string
	flags := flag.NewFlagSet("cloude-agentd", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&o.ListenAddress, "addr", o.ListenAddress, "listen on `host:port` (AGENT_SERVER_ADDR)")
	flags.StringVar(&o.WorkDir, "work-dir", o.WorkDir, "run programs below this `folder` (AGENT_WORK_DIR)")
	flags.StringVar(&timeout, "timeout", timeout, "time limit of a phase in `seconds` (AGENT_EXEC_TIMEOUT_SECS)")
	flags.StringVar(&o.Language, "language", o.Language, "catalogue entry `file` for /execute (AGENT_LANGUAGE_PATH)")
	flags.StringVar(&o.Image, "image", o.Image, "`file` with the image's environment and working folder")
	flags.StringVar(&gateway, "gateway", "", "serve only the peer with this `address` (cloude.gw)")
	flags.StringVar(&cgroups, "cgroups", string(AutoCgroups), "auto; off; own: the agent's cgroup is for it alone, with its processes")
	flags.StringVar(&mounts, "mounts", "auto", "auto: disks with a limit are mounted in a guest; on: everywhere")
	if err := flags.Parse(args); err != nil {
		return Options{}, err
	}
	if flags.NArg() > 0 {
		return Options{}, fmt.Errorf("the agent takes no argument such as %q", flags.Arg(0))
	}
	if gateway != "" {
		if o.Gateway = net.ParseIP(gateway); o.Gateway == nil {
			return Options{}, fmt.Errorf("the gateway %q is not an IP address", gateway)
		}
	}
	switch o.Cgroups = Cgroups(cgroups); o.Cgroups {
	case AutoCgroups, NoCgroups, OwnCgroup:
	default:
		return Options{}, fmt.Errorf("cgroups is %q; it must be auto, off or own", cgroups)
	}
	if mounts != "auto" && mounts != "on" {
		return Options{}, fmt.Errorf("mounts is %q; it must be auto or on", mounts)
	}
	o.Mounts = inGuest || mounts == "on"
	seconds, err := strconv.Atoi(timeout)
	if err != nil || seconds < 1 || seconds > maxTimeoutSecs {
		return Options{}, fmt.Errorf("the time limit (AGENT_EXEC_TIMEOUT_SECS) is %q; it must be between 1 and %d seconds", timeout, maxTimeoutSecs)
	}
	o.Timeout = time.Duration(seconds) * time.Second
	if _, _, err := net.SplitHostPort(o.ListenAddress); err != nil {
		return Options{}, fmt.Errorf("the address (AGENT_SERVER_ADDR) is %q; it must be host:port", o.ListenAddress)
	}
	return o, nil
}

// Network is tcp4 for an IPv4 address: without it the wildcard would also open an IPv6 socket.
func (o Options) Network() string {
	host, _, _ := net.SplitHostPort(o.ListenAddress)
	if net.ParseIP(host).To4() != nil {
		return "tcp4"
	}
	return "tcp"
}

func first(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}

func orDefault(port int) int {
	if port == 0 {
		return DefaultPort
	}
	return port
}

func defaultWorkDir(inGuest bool) string {
	if inGuest {
		return guest.WorkDir
	}
	return DefaultWorkDir
}
