/**
 * Error answers: {@code {"error": "sentence"}} for whatever goes wrong, from JSON that cannot be
 * read to a failure of the server itself. No answer here shows an exception's own message.
 */
package dev.cloude.web.error;
