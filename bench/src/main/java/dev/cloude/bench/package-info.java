/** The command that runs one benchmark. Uses the benchmarks and their report. */
package dev.cloude.bench;
