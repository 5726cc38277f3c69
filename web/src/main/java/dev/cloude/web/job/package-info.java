/**
 * The original endpoints, as they have always been on the wire. Uses {@code ejb} and {@code api}.
 */
package dev.cloude.web.job;
