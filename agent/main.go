// Command cloude-agentd runs inside every guest: it makes the system ready, and runs the programs that
// the host sends over HTTP. As the first process (/init) it is also the guest's init.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"dev.cloude/agent/internal/guest"
	"dev.cloude/agent/internal/launch"
)

const exitUsage = 2

func main() {
	switch os.Args[0] {
	case launch.Argv0:
		launch.Main()
	case launch.SweepArgv0:
		launch.Sweep()
	}
	firstProcess := os.Getpid() == 1
	log := &logger{out: os.Stderr}
	err := serve(firstProcess, log)
	switch {
	case firstProcess:
		// Without its init a kernel panics: an orderly end says more.
		if err == nil {
			err = errors.New("the agent ended")
		}
		lastWords(err)
		guest.PowerOff()
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintf(os.Stderr, "cloude-agentd: %v\n", err)
		os.Exit(exitUsage)
	}
}

// lastWords puts one line on the guest's console, where the host finds it.
func lastWords(err error) {
	console, openErr := os.OpenFile("/dev/console", os.O_WRONLY, 0)
	if openErr != nil {
		console = os.Stderr
	}
	fmt.Fprintf(console, "cloude-agentd: %v\n", err)
}
