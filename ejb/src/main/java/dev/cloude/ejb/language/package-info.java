/**
 * Which languages a client may name. Uses the catalogue of {@code initramfs} and {@code
 * runtime.config}; knows no jobs.
 */
package dev.cloude.ejb.language;
