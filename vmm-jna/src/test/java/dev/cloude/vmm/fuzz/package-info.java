/**
 * What the coverage-guided fuzz targets share: reading an input as a script, and watching what a
 * device writes. The targets themselves, classes named {@code ...Fuzz}, lie beside what they fuzz;
 * docs/testing.md says how they run.
 */
package dev.cloude.vmm.fuzz;
