/**
 * Guests of a few instructions, made by the program itself, as ELF files that any loader takes.
 * Uses nothing.
 */
package dev.cloude.bench.guest;
