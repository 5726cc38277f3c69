/**
 * Token buckets that bound what a guest may ask of a device in a span of time. Knows neither
 * devices nor guests and uses nothing.
 */
package dev.cloude.vmm.limit;
