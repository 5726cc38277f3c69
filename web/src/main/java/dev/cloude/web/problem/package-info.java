/**
 * Error answers of the native API: RFC 9457, {@code application/problem+json}, for whatever goes
 * wrong under {@code /api}. docs/api.md lists the kinds. No answer here shows an exception's own
 * message unless it was written for clients.
 */
package dev.cloude.web.problem;
