package dev.cloude.api.v1;

/**
 * Data of an {@code output} event.
 *
 * @param stream that carries it
 * @param offset of the first byte within the stream
 * @param text as UTF-8, U+FFFD for what is not
 * @param base64 the bytes; only when they are not UTF-8, as at a cut within a character
 */
public record OutputEventBody(String stream, long offset, String text, String base64) {}
