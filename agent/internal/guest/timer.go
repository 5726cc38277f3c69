package guest

import (
	"os"
	"strings"
)

// ClockEvent is where the kernel says what wakes its first processor.
const ClockEvent = "/sys/devices/system/clockevents/clockevent0/current_device"

// HasTimer tells whether anything that sleeps in this guest will ever wake. A kernel that is emulated on a
// busy host may fail to measure its APIC timer ("APIC frequency too slow, disabling apic timer"). It is
// left with the interval timer then, whose interrupts nobody delivers here, or with nothing. A kernel that
// does not say what it has is believed.
func HasTimer(file string) bool {
	device, err := os.ReadFile(file)
	if err != nil {
		return true
	}
	name := strings.TrimSpace(string(device))
	return name != "" && name != "pit"
}

// RestartNow ends the guest as a restart, at once: an orderly end would sleep on its way.
func RestartNow() error {
	return os.WriteFile("/proc/sysrq-trigger", []byte("b"), 0)
}
