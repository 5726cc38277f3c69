/**
 * A job's time in its VM, from the check of what is needed to the proof that nothing is left: puts
 * driver, network and agent together, and implements the port {@link dev.cloude.runtime.job}.
 */
package dev.cloude.runtime.session;
