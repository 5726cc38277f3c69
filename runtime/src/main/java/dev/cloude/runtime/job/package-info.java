/**
 * The port through which a job is run in a VM: plain values in, plain values out. What calls it
 * keeps the queue and the rows; what implements it knows neither.
 */
package dev.cloude.runtime.job;
