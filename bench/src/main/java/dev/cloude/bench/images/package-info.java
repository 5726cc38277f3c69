/**
 * Language images: built, measured and booted in every form. Uses {@code runtime} as the server
 * does, and the builder as a program.
 */
package dev.cloude.bench.images;
