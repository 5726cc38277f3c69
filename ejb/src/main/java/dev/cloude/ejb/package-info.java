/**
 * The queue and its persistence. Nothing is in this package itself: {@code engine} runs jobs,
 * {@code job} keeps them, {@code lease} keeps their addresses, {@code database} makes the tables.
 * Knows no HTTP and no VMs, only {@link dev.cloude.runtime.job}.
 */
package dev.cloude.ejb;
