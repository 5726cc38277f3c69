package dev.cloude.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes requests out of an OpenAPI document: most parts fit it, some are nearly right, some are
 * nonsense. The same seed makes the same requests.
 */
final class Requests {
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

  /** A request to be sent. */
  record Made(String method, String path, Map<String, String> headers, String body) {}

  private record Operation(String method, String path, JsonNode shared, JsonNode own) {}

  private final Random random;
  private final JsonNode document;
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> ids;

  /**
   * @param ids of jobs that there are
   */
  Requests(JsonNode document, long seed, List<String> ids) {
    this.document = document;
    this.random = new Random(seed);
    this.ids = ids;
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
        if (!verb.getKey().equals("parameters")) {
          operations.add(
              new Operation(
                  verb.getKey().toUpperCase(java.util.Locale.ROOT),
                  path.getKey(),
                  path.getValue().path("parameters"),
                  verb.getValue()));
        }
      }
    }
  }

  Made next() {
    Operation operation = any(operations);
    String path = operation.path();
    StringBuilder query = new StringBuilder();
    Map<String, String> headers = new LinkedHashMap<>();
    for (JsonNode parameters : List.of(operation.shared(), operation.own().path("parameters"))) {
      for (JsonNode parameter : parameters) {
        String name = parameter.get("name").asText();
        switch (parameter.get("in").asText()) {
          case "path" -> path = path.replace("{" + name + "}", encoded(pathValue(parameter)));
          case "header" -> {
            if (random.nextBoolean()) {
              headers.put(name, headerValue(parameter));
            }
          }
          default -> {
            if (random.nextInt(3) == 0) {
              query.append('&').append(name).append('=').append(encoded(value(parameter)));
            }
          }
        }
      }
    }
    if (random.nextInt(20) == 0) {
      query.append('&').append(encoded(any(TEXTS))).append('=').append(encoded(any(TEXTS)));
    }
    String method =
        random.nextInt(20) == 0
            ? any(List.of("PUT", "PATCH", "POST", "DELETE", "OPTIONS", "GET"))
            : operation.method();
    String body = null;
    JsonNode content = operation.own().at("/requestBody/content/application~1json/schema");
    if (!content.isMissingNode()) {
      headers.put("Content-Type", random.nextInt(20) == 0 ? "text/plain" : "application/json");
      body = body(content);
    }
    return new Made(
        method, path + (query.length() == 0 ? "" : "?" + query.substring(1)), headers, body);
  }

  private String body(JsonNode schema) {
    String text = make(schema, 0).toString();
    return switch (random.nextInt(20)) {
      case 0 -> text.substring(0, random.nextInt(text.length() + 1));
      case 1 -> text + text;
      case 2 -> text.replaceFirst("\"", "");
      case 3 -> any(TEXTS);
      default -> text;
    };
  }

  /** A value of this shape, mostly. */
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
      if (wanted || random.nextInt(4) == 0) {
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
    return JSON.rawValueNode(new com.fasterxml.jackson.databind.util.RawValue(any(NUMBERS)));
  }

  private JsonNode resolve(JsonNode schema) {
    JsonNode reference = schema.has("allOf") ? schema.get("allOf").get(0) : schema;
    return reference.has("$ref")
        ? document.at(
            "/components/schemas/" + reference.get("$ref").asText().substring(SCHEMA.length()))
        : reference;
  }

  private String pathValue(JsonNode parameter) {
    if (parameter.get("name").asText().equals("id") && random.nextInt(4) > 0) {
      return any(ids);
    }
    String value = value(parameter);
    return value.isEmpty() ? "x" : value;
  }

  private String headerValue(JsonNode parameter) {
    return value(parameter).replaceAll("[^\\x20-\\x7e]", "?");
  }

  private String value(JsonNode parameter) {
    if (parameter.has("example") && random.nextInt(3) > 0) {
      JsonNode example = parameter.get("example");
      return example.isArray() ? example.get(0).asText() : example.asText();
    }
    JsonNode made = make(parameter.get("schema"), DEEPEST);
    return made.isTextual() ? made.asText() : made.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
