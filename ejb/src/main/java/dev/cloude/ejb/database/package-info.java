/**
 * What all tables share: their migrations and how values are stored. May use {@code
 * runtime.job.NodeStatus}; knows no entity.
 */
package dev.cloude.ejb.database;
