/** Persistence, queue, IP leases and their transactions. Knows no HTTP. */
package dev.cloude.ejb;
