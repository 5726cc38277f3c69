package dev.cloude.api.v1;

/**
 * A file of a program, its content given once: as text or in Base64.
 *
 * @param path below the work folder, with {@code /} between folders
 * @param content as UTF-8
 * @param contentBase64 byte for byte
 */
public record FileSpec(String path, String content, String contentBase64) {}
