package dev.cloude.api.v1;

import java.util.List;

/**
 * Answer to {@code GET /api/v1/languages}.
 *
 * @param languages sorted by name
 */
public record LanguagesBody(List<LanguageBody> languages) {}
