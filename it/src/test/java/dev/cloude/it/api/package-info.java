/** Black-box tests of the native API, {@code /api/v1}. */
package dev.cloude.it.api;
