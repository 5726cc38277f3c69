package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three programs in each language that print OK when what they tried has worked: what its standard
 * library, its threads and its way of failing need of a guest. In the manner of the packages' tests
 * of Piston (engineer-man/piston), in our own words.
 */
@Tag("public-programs")
@Execution(ExecutionMode.CONCURRENT)
class PublicProgramsTest {
  private final Api api = new Api();

  static Stream<String> programs() throws IOException {
    Stream.Builder<String> programs = Stream.builder();
    for (String language : LanguagesTest.languages().toList()) {
      for (Path file : Programs.in("programs/" + language)) {
        programs.add(language + "/" + file.getFileName());
      }
    }
    return programs.build();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void works(String program) throws Exception {
    String language = program.substring(0, program.indexOf('/'));
    Path file = Path.of(getClass().getResource("/programs/" + program).toURI());

    JsonNode job =
        api.run(
            Map.of(
                "language",
                language,
                "source",
                Files.readString(file),
                "limits",
                Programs.PATIENT));

    assertThat(job.at("/result/stdout/text").asText()).as(job.toString()).isEqualTo("OK\n");
    assertThat(job.at("/result/exit_code").asInt()).as(job.toString()).isZero();
  }
}
