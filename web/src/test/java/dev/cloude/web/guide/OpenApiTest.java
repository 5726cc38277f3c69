package dev.cloude.web.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloude.api.v1.JobSpec;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.web.ApiApplication;
import dev.cloude.web.json.ApiJson;
import dev.cloude.web.problem.ProblemType;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document is written by hand; here it is compared with what it describes. */
class OpenApiTest {
  private static final java.nio.file.Path RECORDS =
      java.nio.file.Path.of("../api/src/main/java/dev/cloude/api/v1");
  private static final java.nio.file.Path GUIDE = java.nio.file.Path.of("../docs/api.md");
  private static final String SCHEMA = "#/components/schemas/";

  private final JsonNode document = document();

  private static JsonNode document() {
    try (InputStream in = GuideResource.class.getResourceAsStream("openapi.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Method> operations() {
    Map<String, Method> operations = new TreeMap<>();
    for (Class<?> resource : new ApiApplication().getClasses()) {
      for (Method method : resource.getMethods()) {
        for (Annotation annotation : method.getAnnotations()) {
          HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
          if (verb != null) {
            Path below = method.getAnnotation(Path.class);
            String path =
                "/api/%s/%s"
                    .formatted(
                        resource.getAnnotation(Path.class).value(),
                        below == null ? "" : below.value());
            operations.put(
                verb.value().toLowerCase(Locale.ROOT)
                    + " "
                    + path.replaceAll("/+", "/").replaceAll("/$", ""),
                method);
          }
        }
      }
    }
    return operations;
  }

  @Test
  void everyOperationIsDescribedAndNoOther() {
    List<String> described = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        verb -> {
                          if (!verb.equals("parameters")) {
                            described.add(verb + " " + path.getKey());
                          }
                        }));

    assertThat(described).containsExactlyInAnyOrderElementsOf(operations().keySet());
  }

  @Test
  void everyParameterInPathsAndHeadersIsDescribed() {
    operations()
        .forEach(
            (name, method) -> {
              TreeSet<String> wanted = new TreeSet<>();
              for (Parameter parameter : method.getParameters()) {
                if (parameter.isAnnotationPresent(PathParam.class)) {
                  wanted.add("path " + parameter.getAnnotation(PathParam.class).value());
                }
                if (parameter.isAnnotationPresent(HeaderParam.class)) {
                  wanted.add("header " + parameter.getAnnotation(HeaderParam.class).value());
                }
              }
              assertThat(parameters(name)).as(name).isEqualTo(wanted);
            });
  }

  private TreeSet<String> parameters(String operation) {
    String[] words = operation.split(" ");
    JsonNode path = document.get("paths").get(words[1]);
    TreeSet<String> found = new TreeSet<>();
    for (JsonNode holder : List.of(path, path.get(words[0]))) {
      for (JsonNode parameter : holder.path("parameters")) {
        assertThat(parameter.path("description").asText()).as(operation).isNotBlank();
        if (!parameter.get("in").asText().equals("query")) {
          found.add(parameter.get("in").asText() + " " + parameter.get("name").asText());
        }
      }
    }
    return found;
  }

  @Test
  void everyOperationHasItsMediaTypeAndItsErrors() {
    operations()
        .forEach(
            (name, method) -> {
              JsonNode operation = operation(name);
              assertThat(operation.path("summary").asText()).as(name).isNotBlank();
              assertThat(operation.path("operationId").asText()).as(name).isNotBlank();
              assertThat(operation.path("responses").has("default")).as(name).isTrue();
              Produces produces = method.getAnnotation(Produces.class);
              if (produces != null && !name.startsWith("head")) {
                assertThat(operation.path("responses").path("200").path("content").fieldNames())
                    .toIterable()
                    .as(name)
                    .containsExactly(produces.value());
              }
            });
  }

  private JsonNode operation(String name) {
    String[] words = name.split(" ");
    return document.get("paths").get(words[1]).get(words[0]);
  }

  @Test
  void everyRecordIsDescribedFieldByField() throws Exception {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<java.nio.file.Path> files = Files.list(RECORDS)) {
      files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !name.equals("package-info"))
          .forEach(names::add);
    }
    JsonNode schemas = document.get("components").get("schemas");
    assertThat(schemas.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      RecordComponent[] components = record(name).getRecordComponents();
      JsonNode properties = schemas.get(name).get("properties");
      assertThat(properties.fieldNames())
          .toIterable()
          .as(name)
          .containsExactlyElementsOf(Arrays.stream(components).map(OpenApiTest::wireName).toList());
      for (RecordComponent component : components) {
        JsonNode property = properties.get(wireName(component));
        assertThat(property.path("description").asText()).as(name + component).isNotBlank();
        assertThat(shape(property))
            .as(name + "." + wireName(component))
            .isEqualTo(shape(component.getGenericType()));
      }
    }
  }

  private static Class<?> record(String name) throws ClassNotFoundException {
    return Class.forName(JobSpec.class.getPackageName() + "." + name);
  }

  private static String wireName(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String shape(JsonNode schema) {
    if (schema.has("allOf")) {
      return shape(schema.get("allOf").get(0));
    }
    if (schema.has("$ref")) {
      return schema.get("$ref").asText().substring(SCHEMA.length());
    }
    return switch (schema.get("type").asText()) {
      case "array" -> "array of " + shape(schema.get("items"));
      case "object" -> "map of " + shape(schema.get("additionalProperties"));
      case "integer" -> schema.get("format").asText();
      default -> schema.get("type").asText();
    };
  }

  private static String shape(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      String last = shape(arguments[arguments.length - 1]);
      return (generic.getRawType() == List.class ? "array of " : "map of ") + last;
    }
    Class<?> plain = (Class<?>) type;
    return plain.isRecord()
        ? plain.getSimpleName()
        : switch (plain.getSimpleName()) {
          case "String" -> "string";
          case "int", "Integer" -> "int32";
          case "long", "Long" -> "int64";
          case "double", "Double" -> "number";
          case "boolean", "Boolean" -> "boolean";
          default -> plain.getName();
        };
  }

  @Test
  void namesOfValuesAreThoseOfTheEngine() {
    assertThat(values("JobBody", "state")).isEqualTo(names(JobState.values()));
    assertThat(values("JobBody", "verdict")).isEqualTo(names(Verdict.values()));
    assertThat(values("ResultBody", "verdict")).isEqualTo(names(Verdict.values()));
    assertThat(values("ResultBody", "limit")).isEqualTo(names(ReachedLimit.values()));
    assertThat(values("CompileBody", "limit")).isEqualTo(names(ReachedLimit.values()));
    assertThat(values("JobSpec", "network")).isEqualTo(names(NetworkPolicy.values()));
    assertThat(values("OutputEventBody", "stream")).isEqualTo(names(OutputStreamName.values()));
    assertThat(schema("BatchSpec").at("/properties/jobs/maxItems").asInt())
        .isEqualTo(JobService.MAX_BATCH);
  }

  private JsonNode schema(String name) {
    return document.get("components").get("schemas").get(name);
  }

  private List<String> values(String schema, String property) {
    List<String> values = new ArrayList<>();
    schema(schema).get("properties").get(property).get("enum").forEach(v -> values.add(v.asText()));
    return values;
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  @Test
  void everyExampleIsWhatItSays() throws Exception {
    List<JsonNode> contents = document.findValues("content");
    int examples = 0;
    for (JsonNode content : contents) {
      for (JsonNode media : content) {
        String reference = media.path("schema").path("$ref").asText();
        if (reference.isEmpty()) {
          continue;
        }
        List<JsonNode> values = new ArrayList<>();
        if (media.has("example")) {
          values.add(media.get("example"));
        }
        media.path("examples").forEach(example -> values.add(example.get("value")));
        assertThat(values).as(reference).isNotEmpty();
        for (JsonNode value : values) {
          assertFits(reference.substring(SCHEMA.length()), value);
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThan(15);
  }

  private void assertFits(String name, JsonNode value) throws Exception {
    Object read = ApiJson.read(value.toString().getBytes(StandardCharsets.UTF_8), record(name));
    assertThat(read).isNotNull();
    for (JsonNode required : schema(name).path("required")) {
      assertThat(value.has(required.asText())).as(name + "." + required.asText()).isTrue();
    }
    if (name.equals("ProblemBody")) {
      ProblemType type =
          Arrays.stream(ProblemType.values())
              .filter(known -> known.uri().equals(value.get("type").asText()))
              .findFirst()
              .orElseThrow();
      assertThat(value.get("title").asText()).isEqualTo(type.title());
      assertThat(value.get("status").asInt()).isEqualTo(type.status());
    }
  }

  @Test
  void referencesLeadSomewhere() {
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
  }

  @Test
  void everyKindOfProblemIsInTheManual() throws IOException {
    String manual = Files.readString(GUIDE);

    for (ProblemType type : ProblemType.values()) {
      assertThat(manual).contains("| `%s` | %d |".formatted(type.uri(), type.status()));
    }
  }

  @Test
  void everyPartOfThePageIsThereAndOnlyLoadsItsOwn() throws IOException {
    for (String file : List.of("index.html", "ui.css", "ui.js")) {
      try (InputStream in = GuideResource.class.getResourceAsStream("ui/" + file)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("http://", "https://", "innerHTML", "onclick", "<style");
        assertThat(text).doesNotContainPattern("<script(?! src=\"/api/ui/)");
      }
    }
  }
}
