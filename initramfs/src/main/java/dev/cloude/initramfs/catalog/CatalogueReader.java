package dev.cloude.initramfs.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns catalogue JSON into languages, and checks what concerns more than one entry. */
final class CatalogueReader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String origin;

  CatalogueReader(String origin) {
    this.origin = origin;
  }

  List<Language> read(byte[] json) throws CatalogueException {
    JsonNode root = parse(json);
    if (!root.isObject()) {
      throw bad("must be a JSON object of languages, for example {\"python\": {…}}");
    }
    Map<String, EntryReader.Draft> drafts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      EntryReader reader = new EntryReader(origin, field.getKey(), field.getValue());
      drafts.put(field.getKey(), reader.read());
    }
    if (drafts.isEmpty()) {
      throw bad("has no languages; add at least one entry");
    }
    Map<String, String> owners = claimNames(drafts);
    List<Language> languages = new ArrayList<>();
    for (EntryReader.Draft draft : drafts.values()) {
      languages.add(finish(draft, drafts, owners));
    }
    return languages;
  }

  private JsonNode parse(byte[] json) throws CatalogueException {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new CatalogueException(
          CatalogueException.Code.NOT_JSON,
          "The language catalogue "
              + origin
              + " is not JSON"
              + where
              + ": "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new CatalogueException(
          CatalogueException.Code.UNREADABLE,
          "The language catalogue " + origin + " is unreadable.",
          e);
    }
  }

  /** Who owns each name and alias. Explicit aliases must be unique; built-in ones give way. */
  private Map<String, String> claimNames(Map<String, EntryReader.Draft> drafts)
      throws CatalogueException {
    Map<String, String> owners = new HashMap<>();
    drafts.keySet().forEach(name -> owners.put(name, name));
    for (EntryReader.Draft draft : drafts.values()) {
      for (String alias : draft.explicitAliases()) {
        String owner = owners.putIfAbsent(alias, draft.name());
        if (owner != null) {
          throw bad(
              "gives the alias \"%s\" to %s, but %s has that name already; remove one"
                  .formatted(alias, draft.name(), owner));
        }
      }
    }
    for (EntryReader.Draft draft : drafts.values()) {
      draft.builtInAliases().forEach(alias -> owners.putIfAbsent(alias, draft.name()));
    }
    return owners;
  }

  private Language finish(
      EntryReader.Draft draft, Map<String, EntryReader.Draft> drafts, Map<String, String> owners)
      throws CatalogueException {
    EntryReader.Draft owner = draft;
    if (draft.source() instanceof ImageSource.SharedImage shared) {
      owner = drafts.get(shared.language());
      if (owner == null) {
        throw bad(
            "says that %s uses the image of \"%s\", which is not an entry; the entries are %s"
                .formatted(draft.name(), shared.language(), String.join(", ", drafts.keySet())));
      }
      if (owner.source() instanceof ImageSource.SharedImage) {
        throw bad(
            "says that %s uses the image of %s, which has none of its own; name the entry that has"
                .formatted(draft.name(), owner.name()));
      }
    }
    List<String> aliases = new ArrayList<>(draft.explicitAliases());
    for (String alias : draft.builtInAliases()) {
      if (draft.name().equals(owners.get(alias))) {
        aliases.add(alias);
      }
    }
    String version = draft.version().isEmpty() ? owner.version() : draft.version();
    return new Language(
        draft.name(),
        version,
        aliases,
        draft.source(),
        owner.name(),
        owner.version(),
        owner.exclude(),
        draft.file(),
        draft.compile(),
        draft.run(),
        draft.env(),
        draft.memoryMib(),
        draft.limits(),
        draft.root());
  }

  private CatalogueException bad(String what) {
    return new CatalogueException(
        CatalogueException.Code.BAD_ENTRY, "The language catalogue " + origin + " " + what + ".");
  }
}
