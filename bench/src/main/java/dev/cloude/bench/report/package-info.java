/**
 * What a benchmark says: metrics, the host they were measured on, and both as a table and as JSON.
 * Knows no benchmark and no virtual machine; uses Jackson.
 */
package dev.cloude.bench.report;
