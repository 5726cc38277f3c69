/**
 * How a process that runs one VM gives up whatever that VM does not need, before its guest runs:
 * user, root folder, resources, system calls. Knows neither VMs nor how such a process is started.
 * May use {@code libc}, and {@code vhost} for its numbers.
 */
package dev.cloude.vmm.confine;
