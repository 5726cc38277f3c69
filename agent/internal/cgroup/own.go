package cgroup

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// agentGroup is the name of the leaf that the agent moves itself to.
const agentGroup = "cloude-agent"

// Most of the processor when the program's processes want it too: a kernel shares it by group, not by
// process, so a crowd of them does not keep the agent waiting.
const agentWeight = 10000

// Take makes a cgroup, which must be the agent's own, ready for groups with these controllers. A group
// with processes may not hand on controllers, the root apart, so the agent moves to a group beside the
// programs'; there memory (in bytes) is kept for it. A controller that the kernel lacks is left out.
func (p *Parent) Take(memory uint64, controllers ...string) error {
	agent := &Group{filepath.Join(p.dir, agentGroup)}
	// It is there when another init has started the agent again.
	if err := os.Mkdir(agent.dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := write(agent.Procs(), "0"); err != nil {
		return err
	}
	// All at once is faster, and refused when one of them is missing.
	control := filepath.Join(p.dir, "cgroup.subtree_control")
	if write(control, "+"+strings.Join(controllers, " +")) != nil {
		for _, controller := range controllers {
			_ = write(control, "+"+controller)
		}
	}
	_ = write(agent.file("cpu.weight"), strconv.Itoa(agentWeight))
	_ = write(agent.file("memory.min"), strconv.FormatUint(memory, 10))
	return nil
}
