package dev.cloude.api.v1;

/**
 * What one stream carried.
 *
 * @param text as UTF-8, U+FFFD for what is not
 * @param base64 the bytes; only when they are not UTF-8
 * @param totalBytes how many were written, as far as that is known
 * @param truncated whether more was written than is kept
 */
public record StreamBody(String text, String base64, long totalBytes, boolean truncated) {}
