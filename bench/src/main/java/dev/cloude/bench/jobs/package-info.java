/**
 * What a whole server makes of jobs: with VMs that answer at once, which leaves its own cost, and
 * with real ones. Starts servers through the launcher and talks to them over HTTP alone; uses
 * Jackson.
 */
package dev.cloude.bench.jobs;
