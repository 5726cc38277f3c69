package dev.cloude.web.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cloude.api.JobRequest;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubmissionTest {
  private final Languages languages = new Languages(catalogue());

  private static Catalogue catalogue() {
    String json = "{\"python\": {\"version\": \"3.11\", \"base_image\": \"python:3.11-alpine\"}}";
    try {
      return Catalogue.parse(json.getBytes(StandardCharsets.UTF_8), "the test");
    } catch (CatalogueException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theCodeIsKeptByteForByteAndTheLanguageGetsItsName() throws Exception {
    NewJob job =
        Submission.check(
            new JobRequest(" PY ", "\n  print('é😀')\t\r\n", "é"), languages, "10.0.0.1");

    assertThat(job.language()).isEqualTo("python");
    assertThat(job.client()).isEqualTo("10.0.0.1");
    assertThat(job.files()).hasSize(1);
    assertThat(job.files().get(0).path()).isEmpty();
    assertThat(job.files().get(0).content())
        .isEqualTo("\n  print('é😀')\t\r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(job.stdin()).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void noStandardInputIsAnEmptyOne() throws Exception {
    assertThat(Submission.check(new JobRequest("python", "x", null), languages, "").stdin())
        .isEmpty();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(null, "The body must be a JSON object"),
        Arguments.of(new JobRequest("python", null, null), "Field 'code' is missing"),
        Arguments.of(new JobRequest(null, "x", null), "Field 'language' is missing"),
        Arguments.of(new JobRequest("python", "", null), "Code cannot be empty"),
        Arguments.of(new JobRequest("cobol", " \t\r\n", null), "Code cannot be empty"),
        Arguments.of(
            new JobRequest("Cobol", "x", null),
            "Unsupported language: Cobol. Supported languages: python"),
        Arguments.of(
            new JobRequest("python", "a\ud83d", null),
            "Field 'code' is not text: it has half of a surrogate pair"),
        Arguments.of(
            new JobRequest("python", "x", "\ude00"),
            "Field 'stdin' is not text: it has half of a surrogate pair"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotRunIsRefusedWithASentence(JobRequest request, String sentence) {
    assertThatExceptionOfType(RejectedSubmissionException.class)
        .isThrownBy(() -> Submission.check(request, languages, ""))
        .withMessage(sentence);
  }
}
