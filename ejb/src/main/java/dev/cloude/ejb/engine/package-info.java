/**
 * The engine: takes jobs from the queue, runs each in a VM, stores how it ended, cleans up. Uses
 * {@code job}, {@code lease} and {@link dev.cloude.runtime.job}; owns the application's executor.
 * No transaction is open here while a guest runs.
 */
package dev.cloude.ejb.engine;
