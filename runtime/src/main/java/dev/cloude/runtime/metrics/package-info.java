/**
 * What is counted and measured, in one Prometheus registry that the web application serves. The
 * queue reports through {@link dev.cloude.runtime.metrics.JobMetrics}; what the node itself knows
 * is looked at when somebody asks.
 */
package dev.cloude.runtime.metrics;
