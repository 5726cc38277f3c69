/** From nothing to an agent that answers: our VMM beside QEMU's microvm. Uses the public door. */
package dev.cloude.bench.boot;
