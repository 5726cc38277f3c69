package dev.cloude.initramfs.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The languages that can be run, by name and alias. Immutable. */
public final class Catalogue {
  private final SortedMap<String, Language> byName;
  private final Map<String, Language> byAlias;

  private Catalogue(Collection<Language> languages) {
    TreeMap<String, Language> names = new TreeMap<>();
    Map<String, Language> aliases = new HashMap<>();
    for (Language language : languages) {
      names.put(language.name(), language);
      for (String alias : language.aliases()) {
        aliases.put(alias, language);
      }
    }
    byName = Collections.unmodifiableSortedMap(names);
    byAlias = Map.copyOf(aliases);
  }

  /**
   * Reads a catalogue file ({@code languages.json}).
   *
   * @throws CatalogueException when the file cannot be read, is not JSON, or an entry is wrong
   */
  public static Catalogue load(Path file) throws CatalogueException {
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CatalogueException(
          CatalogueException.Code.UNREADABLE,
          "The language catalogue "
              + file
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + "); check the path, or LANGUAGES_CONFIG_PATH.",
          e);
    }
    return parse(json, file.toString());
  }

  /**
   * Reads a catalogue from memory.
   *
   * @param json UTF-8 text
   * @param origin what error messages call the catalogue
   */
  public static Catalogue parse(byte[] json, String origin) throws CatalogueException {
    return new Catalogue(new CatalogueReader(origin).read(json));
  }

  /** The language with this name or alias; surrounding white space and case do not count. */
  public Optional<Language> find(String nameOrAlias) {
    String key = nameOrAlias.strip().toLowerCase(Locale.ROOT);
    Language named = byName.get(key);
    return Optional.ofNullable(named != null ? named : byAlias.get(key));
  }

  /** All names (no aliases), sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** All languages, sorted by name. */
  public List<Language> languages() {
    return new ArrayList<>(byName.values());
  }
}
