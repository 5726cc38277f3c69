/**
 * The resources of the native API, {@code /api/v1}. They read requests, call the engine and choose
 * answers; {@code submission} checks bodies, {@code answer} makes them, {@code event} streams.
 */
package dev.cloude.web.v1;
