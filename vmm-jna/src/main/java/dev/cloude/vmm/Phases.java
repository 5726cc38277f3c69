package dev.cloude.vmm;

import java.time.Duration;
import java.util.Optional;

/**
 * When a VM reached what, each measured from the call that started it. What a VM that was made
 * ahead had reached before that is at zero.
 *
 * @param created the empty VM stands: descriptors, memory, devices
 * @param loaded kernel, initramfs and tables lie in its memory
 * @param firstInstruction its first vCPU was set running
 * @param userSpace the guest said so through the boot timer; empty when it never did
 * @param agentReady whoever runs the guest said so, by {@link MicroVm#agentReady}
 */
public record Phases(
    Optional<Duration> created,
    Optional<Duration> loaded,
    Optional<Duration> firstInstruction,
    Optional<Duration> userSpace,
    Optional<Duration> agentReady) {}
