/** Which languages a client may name. Uses the catalogue of {@code initramfs}; knows no jobs. */
package dev.cloude.ejb.language;
