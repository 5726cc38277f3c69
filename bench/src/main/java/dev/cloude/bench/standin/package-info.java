/**
 * What takes the place of VMs in a server under measurement: added to its archive, and not used
 * here. Uses {@link dev.cloude.runtime.job} alone.
 */
package dev.cloude.bench.standin;
