package dev.cloude.api;

/**
 * Body of {@code POST /run}.
 *
 * @param language name or alias of a language in the catalogue
 * @param code source text; reaches the program byte for byte as UTF-8
 * @param stdin the program's standard input as UTF-8; null or left out for an empty one
 */
public record JobRequest(String language, String code, String stdin) {}
