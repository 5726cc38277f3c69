/**
 * Puts the parts together for a server: CDI producers, the driver's choice at start, the threads
 * that drivers use. The only package that knows them all; no other one may use it.
 */
package dev.cloude.runtime.node;
