/**
 * Jobs' events as server-sent events, and the threads on which answers that had to wait are
 * written. Uses {@code answer}, {@code problem} and the engine's events.
 */
package dev.cloude.web.event;
