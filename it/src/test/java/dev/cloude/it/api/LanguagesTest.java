package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The languages that {@code cloude.languages} names: one program in each, the same for all, in two
 * files, with letters that are not ASCII in its source, its arguments, its input and its output.
 */
@Tag("languages")
@Execution(ExecutionMode.CONCURRENT)
class LanguagesTest {
  /** Another name, where there is one. */
  private static final Map<String, String> ALIASES =
      Map.of("python", "PY", "node", "JavaScript", "rust", "rs", "go", "golang", "cpp", "C++");

  private final Api api = new Api();

  static Stream<String> languages() {
    return Stream.of(System.getProperty("cloude.languages").split(","));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void readsWritesAndCompilesWhatItIsGiven(String language) throws Exception {
    JsonNode job =
        api.run(
            Map.of(
                "language",
                ALIASES.getOrDefault(language, language),
                "files",
                Programs.of("languages/" + language),
                "limits",
                Programs.PATIENT,
                "args",
                List.of("a b", "één"),
                "stdin",
                "first\nzweite Ümläute\n",
                "expected_output",
                """
                    Grüße, 世界
                    arguments: 2
                    argument: a b
                    argument: één
                    input: first
                    input: zweite Ümläute
                    """));

    assertThat(job.path("language").asText()).isEqualTo(language);
    assertThat(job.path("verdict").asText()).as(job.toString()).isEqualTo("accepted");
    assertThat(job.at("/result/stderr/text").asText()).isEmpty();
  }
}
