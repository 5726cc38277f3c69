package dev.cloude.initramfs.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Typed access to the fields of one entry; a field of the wrong type is named with its value. */
final class EntryFields {
  private final String origin;
  private final String name;
  private final JsonNode entry;

  /**
   * @param origin what messages call the catalogue
   * @param name the entry's key
   */
  EntryFields(String origin, String name, JsonNode entry) {
    this.origin = origin;
    this.name = name;
    this.entry = entry;
  }

  JsonNode node(String field) {
    return entry.path(field);
  }

  boolean flag(String field) throws CatalogueException {
    if (!present(field)) {
      return false;
    }
    if (!node(field).isBoolean()) {
      throw bad("has " + node(field) + " for " + field + "; use true or false");
    }
    return node(field).booleanValue();
  }

  /** Whether the field is there and not null. */
  boolean present(String field) {
    return entry.hasNonNull(field);
  }

  String required(String field) throws CatalogueException {
    if (!present(field)) {
      throw bad("has no " + field);
    }
    return text(field, node(field));
  }

  List<String> strings(String field) throws CatalogueException {
    if (!node(field).isArray()) {
      throw bad("has a " + field + " that is not a list of strings");
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode item : node(field)) {
      strings.add(text(field, item));
    }
    return strings;
  }

  String text(String field, JsonNode node) throws CatalogueException {
    if (!node.isTextual()) {
      throw bad("has " + node + " in " + field + ", where a string must be");
    }
    if (node.textValue().indexOf('\0') >= 0) {
      throw bad("has a NUL character in " + field + ", which no command can carry");
    }
    return node.textValue();
  }

  String matching(String field, String value, Pattern pattern, String allowed)
      throws CatalogueException {
    if (!pattern.matcher(value).matches()) {
      throw bad("has \"%s\" in %s; allowed: %s".formatted(value, field, allowed));
    }
    return value;
  }

  CatalogueException bad(String what) {
    return new CatalogueException(
        CatalogueException.Code.BAD_ENTRY,
        "In the language catalogue " + origin + ", the entry \"" + name + "\" " + what + ".");
  }
}
