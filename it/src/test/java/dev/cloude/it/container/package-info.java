/**
 * Tests that start servers of their own, with stand-ins for VMs, from the archives as they were
 * built. They need no root, no KVM and no image; the system properties {@code cloude.payara} and
 * {@code cloude.war} name the server's jar and the archive.
 */
package dev.cloude.it.container;
