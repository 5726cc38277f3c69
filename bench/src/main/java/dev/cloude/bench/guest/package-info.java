/**
 * Guests of a few instructions, made by the program itself, as ELF files that any loader takes, and
 * what Linux guests are told. Uses nothing.
 */
package dev.cloude.bench.guest;
