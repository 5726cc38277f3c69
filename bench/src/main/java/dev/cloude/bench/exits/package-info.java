/** The cost of an exit from the guest, beside a program in C. Uses the VMM's public door. */
package dev.cloude.bench.exits;
