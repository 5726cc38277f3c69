package dev.cloude.ejb.language;

import java.util.Optional;

/**
 * What a client's word for a language means.
 *
 * @param name in the catalogue
 * @param version what stood behind the {@code @}; empty when nothing did
 */
public record ResolvedLanguage(String name, Optional<String> version) {}
