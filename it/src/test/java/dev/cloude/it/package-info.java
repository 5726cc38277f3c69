/**
 * Tests of the whole: the package rules, and black-box tests against a running server. Uses nothing
 * of the modules but their built archives and the wire records.
 */
package dev.cloude.it;
