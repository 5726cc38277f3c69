/**
 * Turns what a client of the native API sent into a job, or says what is wrong with it: every field
 * is checked here, but for limits, whose bounds the engine knows. Uses {@code ejb} and {@code api};
 * knows no HTTP.
 */
package dev.cloude.web.submission;
