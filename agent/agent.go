package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	"dev.cloude/agent/internal/cgroup"
	"dev.cloude/agent/internal/execution"
	"dev.cloude/agent/internal/guest"
	"dev.cloude/agent/internal/options"
	"dev.cloude/agent/internal/process"
	"dev.cloude/agent/internal/server"
	"dev.cloude/agent/internal/spec"
	"dev.cloude/agent/internal/vsock"
)

// serve makes the system ready and answers requests until the agent is told to stop. Nothing that the
// first answer does not need comes before the network is up.
func serve(firstProcess bool, log *logger) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the agent failed: %v", p)
		}
	}()
	// Before anything else: the first process must not die of a signal that its program sends, also not
	// of one that means a fault. What is delivered here and not read is dropped.
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	stop := make(chan os.Signal, 1)
	if firstProcess {
		signal.Notify(make(chan os.Signal, 1))
	} else {
		signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	}

	kernel, err := prepareSystem(firstProcess, log)
	if err != nil {
		return err
	}
	inGuest := firstProcess || kernel.OfGuest()
	args := os.Args[1:]
	if firstProcess {
		args = nil // what the kernel did not understand of its own command line
	}
	opts, err := options.Parse(args, os.Getenv, kernel, inGuest, os.Stderr)
	if err != nil {
		return err
	}
	// The kernel lets some of it wait for all processors, so it goes on beside the rest.
	groups := make(chan *cgroup.Parent, 1)
	go func() { groups <- cgroups(opts.Cgroups, inGuest, log) }()
	if inGuest && kernel.Root == "" {
		if err := guest.LoadModules(guest.ModuleDir, kernel, log.printf); err != nil {
			return err
		}
	}
	listener, err := listen(kernel.Sockets, opts)
	if err != nil {
		return fmt.Errorf("the agent could not listen: %v", err)
	}
	defer listener.Close()
	if err := connect(kernel, inGuest); err != nil {
		return err
	}

	table, err := process.NewTable()
	if err != nil {
		return fmt.Errorf("the agent could not adopt orphans: %v", err)
	}
	go func() {
		for range ended {
			table.Reap()
		}
	}()
	language, err := spec.LoadLanguage(opts.Language)
	if err != nil {
		return err
	}
	image, err := spec.LoadImage(opts.Image)
	if err != nil {
		return err
	}
	runner := execution.NewRunner(execution.Config{
		Table:   table,
		Image:   image,
		WorkDir: opts.WorkDir,
		Cgroup:  <-groups,
		Guest:   inGuest,
		Mounts:  opts.Mounts,
		Log:     log.printf,
	})
	registry := execution.NewRegistry(runner)
	served := make(chan error, 1)
	api := server.New(registry, language, opts.Timeout)
	go func() { served <- api.Serve(listener) }()
	log.printf("listening on %s", listener.Addr())
	if err := sayReady(kernel.Sockets); err != nil {
		return err
	}
	select {
	case err := <-served:
		return fmt.Errorf("the agent stopped serving: %v", err)
	case <-stop:
		runner.Stop()
		registry.Wait()
		return nil
	}
}

// prepareSystem mounts what a guest needs, and reads what the host says about it. On a
// developer's machine, where the kernel command line knows nothing of Cloude, it does nothing.
func prepareSystem(firstProcess bool, log *logger) (guest.Parameters, error) {
	if firstProcess {
		if err := guest.MountKernel(log.printf); err != nil {
			return guest.Parameters{}, err
		}
	}
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return guest.Parameters{}, err
	}
	kernel, err := guest.ParseCommandLine(string(line))
	if err != nil {
		return kernel, err
	}
	inGuest := firstProcess || kernel.OfGuest()
	log.decide(!inGuest || kernel.Console)
	if !inGuest {
		return kernel, nil
	}
	if kernel.BootTimer != 0 {
		if err := guest.ReportStart(kernel.BootTimer); err != nil {
			log.printf("the monitor could not be told of the start: %v", err)
		}
	}
	if err := guest.ProtectFromOOM(); err != nil {
		log.printf("no protection from the OOM killer: %v", err)
	}
	if !firstProcess {
		if err := guest.MountKernel(log.printf); err != nil {
			return kernel, err
		}
	}
	if kernel.Root != "" {
		if err := enterRoot(kernel, firstProcess, log); err != nil {
			return kernel, err
		}
	}
	if err := guest.Mount(log.printf); err != nil {
		return kernel, err
	}
	if firstProcess && !guest.HasTimer(guest.ClockEvent) {
		lastWords(errors.New("this kernel has no timer; it is restarted"))
		return kernel, guest.RestartNow()
	}
	guest.NameHost(log.printf)
	if kernel.NameServers != nil {
		if err := guest.WriteResolver(guest.ResolverFile, kernel.NameServers); err != nil {
			log.printf("no name servers: %v", err)
		}
	}
	return kernel, nil
}

// enterRoot loads the modules from the start archive, which is out of reach afterwards.
func enterRoot(kernel guest.Parameters, firstProcess bool, log *logger) error {
	if !firstProcess {
		return fmt.Errorf("cloude.root=%s needs an agent that is the guest's init; a start script mounts its root itself", kernel.Root)
	}
	if err := guest.LoadModules(guest.ModuleDir, kernel, log.printf); err != nil {
		return err
	}
	return guest.EnterRoot(kernel.Root)
}

// listen opens the agent's one port. A host that reaches it by the guest's sockets is the only one that does.
func listen(sockets *guest.Sockets, opts options.Options) (net.Listener, error) {
	if sockets == nil {
		listener, err := net.Listen(opts.Network(), opts.ListenAddress)
		if err != nil {
			return nil, err
		}
		return server.OnlyFrom(opts.Gateway, listener), nil
	}
	listener, err := vsock.Listen(sockets.Port)
	if err != nil {
		return nil, err
	}
	return server.OnlyHost(listener), nil
}

// readyWord is all that the host is told on its own port.
const readyWord = "cloude-agent/1 ready\n"

// sayReady tells a host that waits for it that its requests are answered from now on.
func sayReady(sockets *guest.Sockets) error {
	if sockets == nil {
		return nil
	}
	host, err := vsock.Dial(sockets.HostPort)
	if err == nil {
		_, err = io.WriteString(host, readyWord)
		_ = host.Close()
	}
	if err != nil {
		return fmt.Errorf("the host could not be told that the agent is ready: %v", err)
	}
	return nil
}

func connect(kernel guest.Parameters, inGuest bool) error {
	if inGuest {
		if err := guest.ConfigureLoopback(); err != nil {
			return err
		}
	}
	if kernel.Address == nil {
		return nil
	}
	return guest.ConfigureEthernet(kernel.Address, kernel.Gateway)
}

// ownMemory is what a guest's kernel keeps for the agent in any case, in bytes.
const ownMemory = 16 << 20

func cgroups(wanted options.Cgroups, inGuest bool, log *logger) *cgroup.Parent {
	if wanted == options.NoCgroups {
		return nil
	}
	parent, err := cgroup.Own()
	if err != nil {
		log.printf("programs run without a cgroup: %v", err)
		return nil
	}
	if inGuest || wanted == options.OwnCgroup {
		if err := parent.Take(ownMemory, "cpu", "memory", "pids"); err != nil {
			log.printf("programs run in cgroups without limits: %v", err)
		}
	}
	return parent
}
