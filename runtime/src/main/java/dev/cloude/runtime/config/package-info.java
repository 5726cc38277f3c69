/**
 * The node's settings: one record per concern, read from MicroProfile Config once, at start, and
 * checked there. Knows names, defaults and ranges; nothing here looks at files or the network.
 */
package dev.cloude.runtime.config;
