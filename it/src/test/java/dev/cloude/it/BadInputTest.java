package dev.cloude.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it gets one JSON sentence: no HTML, no stack trace. */
@Tag("server")
@Tag("wire")
class BadInputTest {
  private final Server server = new Server();

  static Stream<Arguments> badBodies() {
    return Stream.of(
        Arguments.of("", 400),
        Arguments.of("{", 400),
        Arguments.of("[]", 400),
        Arguments.of("null", 400),
        Arguments.of("\"text\"", 400),
        Arguments.of("{}", 400),
        Arguments.of("{\"language\":\"python\"}", 400),
        Arguments.of("{\"code\":\"print(1)\"}", 400),
        Arguments.of("{\"language\":null,\"code\":\"print(1)\"}", 400),
        Arguments.of("{\"language\":1,\"code\":\"print(1)\"}", 400),
        Arguments.of("{\"language\":\"python\",\"code\":[1]}", 400),
        Arguments.of("{\"language\":{\"a\":1},\"code\":\"x\"}", 400),
        Arguments.of("{\"language\":\"python\",\"code\":\"x\"} trailing", 400),
        Arguments.of("{\"language\":\"python\",\"code\":\"" + "x".repeat(2 << 20) + "\"}", 413));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void aBadBodyIsRefused(String body, int status) throws Exception {
    assertSentence(server.post("/run", body), status);
  }

  @ParameterizedTest
  @CsvSource({"' '", "''", "'\t\n '"})
  void emptyCodeIsRefused(String code) throws Exception {
    String escaped = code.replace("\t", "\\t").replace("\n", "\\n");

    HttpResponse<String> answer =
        server.post("/run", "{\"language\":\"python\",\"code\":\"" + escaped + "\"}");

    assertSentence(answer, 400);
    assertThat(server.parse(answer.body()).path("error").asText())
        .isEqualTo("Code cannot be empty");
  }

  @Test
  void anUnknownLanguageIsNamedWithTheKnownOnes() throws Exception {
    HttpResponse<String> answer =
        server.post("/run", "{\"language\":\"COBOL-85\",\"code\":\"STOP RUN.\"}");

    assertSentence(answer, 400);
    assertThat(server.parse(answer.body()).path("error").asText())
        .startsWith("Unsupported language: COBOL-85. Supported languages: ")
        .contains("python");
  }

  @ParameterizedTest
  @CsvSource({
    "/status/no-such-job",
    "/status/00000000-0000-0000-0000-000000000000",
    "/status/%3Cscript%3E",
    "/nowhere",
    "/run/further",
    "/status"
  })
  void whatIsNotThereIsNotFound(String path) throws Exception {
    HttpResponse<String> answer = server.get(path);

    assertSentence(answer, 404);
    assertThat(answer.body()).doesNotContain("<");
  }

  @Test
  void aWrongMethodIsRefused() throws Exception {
    assertSentence(server.get("/run"), 405);
    assertSentence(server.send(server.request("/").DELETE()), 405);
  }

  @Test
  void aWrongMediaTypeIsRefused() throws Exception {
    assertSentence(server.post("/run", "language=python", "text/plain"), 415);
  }

  @Test
  void aBodyWithoutALengthIsBoundedToo() throws Exception {
    byte[] megabytes = ("{\"language\":\"python\",\"code\":\"" + "y".repeat(3 << 20)).getBytes();
    HttpResponse<String> answer =
        server.send(
            server
                .request("/run")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(megabytes))));

    assertSentence(answer, 413);
  }

  @Test
  void theFrontDoorWelcomes() throws Exception {
    HttpResponse<String> answer = server.get("/");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isNotBlank().doesNotContain("<");
  }

  private void assertSentence(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    assertThat(server.parse(answer.body()).path("error").asText())
        .isNotBlank()
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
  }
}
