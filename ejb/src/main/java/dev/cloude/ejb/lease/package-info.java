/**
 * Which guest has which address. Leases are rows, unique by network and address, so that two nodes
 * never give one away twice. Knows no jobs but their ids; uses {@code database}.
 */
package dev.cloude.ejb.lease;
