/**
 * Wire records of the native API, {@code /api/v1}. On the wire the names are in snake case; what is
 * null is left out. Times are milliseconds, sizes bytes, unless the name says otherwise.
 */
package dev.cloude.api.v1;
