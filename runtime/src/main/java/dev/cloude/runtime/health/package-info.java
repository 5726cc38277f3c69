/**
 * What load balancers and operators ask: MicroProfile health checks over facts that others found
 * out. A check looks at files, devices and counters only; it starts nothing and waits for nothing.
 * Lives in this module because WildFly finds checks only in the {@code lib} folder of an EAR.
 */
package dev.cloude.runtime.health;
