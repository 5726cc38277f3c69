/** Turns what the engine knows into the records of the native API. Knows no requests. */
package dev.cloude.web.answer;
