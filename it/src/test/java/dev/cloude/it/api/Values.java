package dev.cloude.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** JSON values for the schemas of an OpenAPI document: mostly right, sometimes nonsense. */
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String SCHEMA = "#/components/schemas/";
  private static final int DEEPEST = 6;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "x",
          "main.py",
          "python",
          "python@^3",
          "py@",
          "../x",
          "/",
          "a/b",
          "é😀",
          "\0",
          "\ud800",
          "<script>alert(1)</script>",
          "' or 1=1 --",
          "%00",
          "%zz",
          "${jndi:ldap://x}",
          "2026-01-31T12:00:00Z",
          "30s",
          "0",
          "-1",
          "team=blue",
          "queued",
          "bytes=0-1",
          "AP8=",
          "\u202e",
          "x".repeat(300),
          "null",
          "\r\nX: y",
          "9999999999999999999");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "64",
          "1.5",
          "1e3",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "1e999",
          "0.1",
          "11111111111111111111111");

  private final JsonNode document;
  private final Random random;

  Values(JsonNode document, Random random) {
    this.document = document;
    this.random = random;
  }

  /** A value, mostly of this shape. */
  JsonNode of(JsonNode schema) {
    return make(schema, 0);
  }

  /** As {@link #of}, for where nothing can be nested. */
  JsonNode leaf(JsonNode schema) {
    return make(schema, DEEPEST);
  }

  /** Any text. */
  String text() {
    return any(TEXTS);
  }

  private JsonNode make(JsonNode given, int depth) {
    JsonNode schema = resolve(given);
    if (random.nextInt(12) == 0 || depth > DEEPEST) {
      return nonsense(depth);
    }
    if (schema.has("enum") && random.nextInt(4) > 0) {
      return any(elements(schema.get("enum")));
    }
    if (schema.has("example") && random.nextInt(3) > 0) {
      return schema.get("example");
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, depth);
      case "array" -> {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(make(schema.get("items"), depth + 1));
        }
        yield array;
      }
      case "integer", "number" -> number();
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      default -> JSON.textNode(any(TEXTS));
    };
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = JSON.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      boolean wanted = required.contains(property.getKey()) && random.nextInt(10) > 0;
      int oneIn = property.getValue().has("example") ? 2 : 6;
      if (wanted || random.nextInt(oneIn) == 0) {
        object.set(property.getKey(), make(property.getValue(), depth + 1));
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      object.set(any(TEXTS), make(schema.get("additionalProperties"), depth + 1));
    } else if (random.nextInt(15) == 0) {
      object.set(any(TEXTS), nonsense(depth));
    }
    return object;
  }

  private JsonNode nonsense(int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> JSON.nullNode();
      case 1 -> number();
      case 2 -> JSON.booleanNode(true);
      case 3 -> depth > DEEPEST ? JSON.arrayNode() : JSON.arrayNode().add(nonsense(depth + 1));
      case 4 -> JSON.objectNode().put(any(TEXTS), 1);
      default -> JSON.textNode(any(TEXTS));
    };
  }

  private JsonNode number() {
    return JSON.rawValueNode(new RawValue(any(NUMBERS)));
  }

  private JsonNode resolve(JsonNode schema) {
    JsonNode reference = schema.has("allOf") ? schema.get("allOf").get(0) : schema;
    return reference.has("$ref")
        ? document.at(
            "/components/schemas/" + reference.get("$ref").asText().substring(SCHEMA.length()))
        : reference;
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
