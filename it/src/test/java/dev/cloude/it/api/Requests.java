package dev.cloude.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes requests out of an OpenAPI document: most parts fit it, some are nearly right, some are
 * nonsense. The same seed makes the same requests.
 */
final class Requests {
  /** A request to be sent. */
  record Made(String method, String path, Map<String, String> headers, String body) {}

  private record Operation(String method, String path, JsonNode shared, JsonNode own) {}

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final Random random;
  private final Values values;
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> ids;

  /**
   * @param ids of jobs that there are
   */
  Requests(JsonNode document, long seed, List<String> ids) {
    this.random = new Random(seed);
    this.values = new Values(document, random);
    this.ids = ids;
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
        if (!verb.getKey().equals("parameters")) {
          operations.add(
              new Operation(
                  verb.getKey().toUpperCase(Locale.ROOT),
                  path.getKey(),
                  path.getValue().path("parameters"),
                  verb.getValue()));
        }
      }
    }
  }

  Made next() {
    List<Operation> choice = random.nextInt(3) == 0 ? submissions() : operations;
    Operation operation = values.any(choice);
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
      query.append('&').append(encoded(values.text())).append('=').append(encoded(values.text()));
    }
    String method =
        random.nextInt(20) == 0
            ? values.any(List.of("PUT", "PATCH", "POST", "DELETE", "OPTIONS", "GET"))
            : operation.method();
    String body = null;
    JsonNode content = operation.own().at("/requestBody/content/application~1json/schema");
    // Payara itself refuses bodies where they mean nothing.
    if (!content.isMissingNode() && WITH_BODY.contains(method)) {
      headers.put("Content-Type", random.nextInt(20) == 0 ? "text/plain" : "application/json");
      body = body(content);
    }
    return new Made(
        method, path + (query.length() == 0 ? "" : "?" + query.substring(1)), headers, body);
  }

  /** Most can go wrong with these. */
  private List<Operation> submissions() {
    return operations.stream().filter(operation -> operation.own().has("requestBody")).toList();
  }

  private String body(JsonNode schema) {
    String text = values.of(schema).toString();
    return switch (random.nextInt(20)) {
      case 0 -> text.substring(0, random.nextInt(text.length() + 1));
      case 1 -> text + text;
      case 2 -> text.replaceFirst("\"", "");
      case 3 -> values.text();
      default -> text;
    };
  }

  private String pathValue(JsonNode parameter) {
    if (parameter.get("name").asText().equals("id") && random.nextInt(4) > 0) {
      return values.any(ids);
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
    JsonNode made = values.leaf(parameter.get("schema"));
    return made.isTextual() ? made.asText() : made.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
