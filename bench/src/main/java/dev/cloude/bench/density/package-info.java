/**
 * What a VM takes of the host and whether it gives all of it back. Uses the VMM's public door and
 * {@code /proc}.
 */
package dev.cloude.bench.density;
